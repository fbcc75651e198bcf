import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { listOf, oneOf, string, withDefault } from "../../../compiler/schema/schema.ts";
import { detectInputZeros } from "../detect-inputs.ts";
import { describeZeros, detectZeros } from "../detect-zeros.ts";
import { explainLeftAlone } from "../explain-weights.ts";
import { readStoredWeight, selectWeights } from "../stored-weights.ts";

/** As explanations name it. */
const RULE = "count zeros";

interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/**
 * Says of every weight of linear ops and convolutions, dense or quantized, how many of its numbers are zero and in
 * which pattern, for models that have been pruned elsewhere; or of what meets them on calibration data, for models
 * whose activations are sparse. Changes nothing. (The lazy neuron phenomenon, arXiv 2210.06313)
 */
export const detectSparsity = definePass({
  name: "detect-sparsity",
  summary:
    "Reports which weights are N:M, have empty groups, or are zero in part; or the zeros of their inputs.",
  options: {
    of: withDefault(oneOf("weights", "inputs"), "weights"),
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  run: (module, { of, only, skip }, context) =>
    of === "weights"
      ? reportWeights(module, { only, skip }, context)
      : reportInputs(module, { only, skip }, context),
});

function reportWeights(module: Module, selection: Selection, context: PassContext): Result<Module> {
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
    remark(context, `@${name}: ${told}`);
  }
  return ok(module);
}

async function reportInputs(
  module: Module,
  selection: Selection,
  context: PassContext,
): Promise<Result<Module>> {
  const found = await detectInputZeros(module, selection, RULE, context);
  if (!found.ok) return found;
  for (const { names, told } of found.value)
    remark(context, `what meets ${names.map((name) => `@${name}`).join(", ")}: ${told}`);
  return ok(module);
}

/** Names a weight by its name alone: a line for each of many is enough. */
const remark = ({ report }: PassContext, message: string): void =>
  report({ severity: "remark", code: "sparsity", message, span: undefined });
