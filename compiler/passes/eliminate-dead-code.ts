import { definePass } from "../define/pass.ts";
import { ok } from "../diagnostics/diagnostic.ts";
import { eraseDeadOps } from "../rewrite/dead-code.ts";

/** Erases pure ops whose results are never used. */
export const eliminateDeadCode = definePass({
  name: "eliminate-dead-code",
  summary: "Erases pure ops whose results are never used.",
  options: {},
  contract: { kind: "exact" },
  run: (module, _options, { registry }) => ok(eraseDeadOps(module, registry)),
});
