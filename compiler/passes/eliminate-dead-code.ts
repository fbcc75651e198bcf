import { applied, type Explain, refused, siteOf } from "../define/explanation.ts";
import { definePass } from "../define/pass.ts";
import { ok } from "../diagnostics/diagnostic.ts";
import { uses } from "../ir/analysis.ts";
import { type Module, resultsOf, walk } from "../ir/module.ts";
import { eraseDeadOps } from "../rewrite/dead-code.ts";

/** Erases pure ops whose results are never used. */
export const eliminateDeadCode = definePass({
  name: "eliminate-dead-code",
  summary: "Erases pure ops whose results are never used.",
  options: {},
  contract: { kind: "exact" },
  explains: "ops whose results nobody needs",
  run(module, _options, { registry, explain }) {
    const alive = eraseDeadOps(module, registry);
    if (explain) explainErased(module, alive, explain);
    return ok(alive);
  },
});

function explainErased(before: Module, after: Module, explain: Explain): void {
  for (const op of walk(before)) {
    const results = resultsOf(op);
    const isUnused = results.length > 0 && results.every((value) => !uses(before).has(value));
    const isErased = after.ops[op.id] === undefined;
    if (!isErased && !isUnused) continue;
    const reason = isUnused ? "nobody uses its results" : "only erased ops use its results";
    const outcome = isErased ? applied(reason) : refused(`${op.name} may do more than yield its results`);
    explain({ ...siteOf(before, op), rule: "erase", outcome });
  }
}
