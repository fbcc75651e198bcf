import { type Explain, refused, siteOf } from "../../compiler/define/explanation.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { selectionOutcome } from "../lowp/passes/explain-selection.ts";
import { weightParams } from "./stored-weights.ts";

/** Tells why weights are left alone that a pass does not even look at: by what they are, or by `only` and `skip`. */
export function explainLeftAlone(
  module: Module,
  selection: { readonly only: readonly string[]; readonly skip: readonly string[] },
  rule: string,
  explain: Explain,
): void {
  const weights = weightParams(module);
  const candidates = weights.flatMap(({ op, obstacle }) =>
    obstacle === undefined ? [op.attributes.sym_name] : [],
  );
  for (const { op, obstacle } of weights) {
    const outcome =
      obstacle === undefined
        ? selectionOutcome(op.attributes.sym_name, { ...selection, candidates })
        : refused(obstacle);
    if (outcome.kind === "refused") explain({ ...siteOf(module, op), rule, outcome });
  }
}
