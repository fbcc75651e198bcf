import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { observers } from "../observers.ts";

/** Takes away what `observe-values` has put in; values that were alive for it alone stay for eliminate-dead-code. */
export const removeObservers = definePass({
  name: "remove-observers",
  summary: "Erases every lowp.observe.",
  options: {},
  explains: "every lowp.observe",
  contract: { kind: "exact" },
  run(module, _options, { explain }) {
    const found = observers(module);
    if (found.length === 0)
      return fail(
        error("no-observer", "the module has no lowp.observe to remove", {
          hint: "leave remove-observers out of the pipeline",
        }),
      );
    const editor = new Editor(module);
    for (const op of found) {
      editor.erase(op.id);
      explain?.({ ...siteOf(module, op), rule: "remove", outcome: applied(op.attributes.site) });
    }
    return ok(editor.commit());
  },
});
