import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { listOf, string, withDefault } from "../../../compiler/schema/schema.ts";
import { describeZeros, detectZeros } from "../detect-zeros.ts";
import { explainLeftAlone } from "../explain-weights.ts";
import { readStoredWeight, selectWeights } from "../stored-weights.ts";

/** As explanations name it. */
const RULE = "count zeros";

/**
 * Says of every weight of linear ops and convolutions, dense or quantized, how many of its numbers are zero and in
 * which pattern; for models that have been pruned elsewhere. Changes nothing.
 */
export const detectSparsity = definePass({
  name: "detect-sparsity",
  summary: "Reports which weights are N:M, have empty groups, or are zero in part.",
  options: {
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  run(module, selection, context) {
    if (context.explain) explainLeftAlone(module, selection, RULE, context.explain);
    const params = selectWeights(module, selection);
    if (!params.ok) return params;
    for (const [index, op] of params.value.entries()) {
      context.progress(index, params.value.length, op.attributes.sym_name);
      const read = readStoredWeight(module, op, context);
      if (!read.ok) return read;
      const { name, value, nonZero } = read.value;
      const found = detectZeros(nonZero, value.shape.at(-1) ?? 1);
      const share = ((100 * found.zeros) / found.numbers).toFixed(2);
      const told = `${share} % zero; ${describeZeros(found)}`;
      context.explain?.({ ...siteOf(module, op), rule: RULE, outcome: applied(told) });
      context.report({
        severity: "remark",
        code: "sparsity",
        message: `@${name}: ${told}`,
        span: op.span,
      });
    }
    return ok(module);
  },
});
