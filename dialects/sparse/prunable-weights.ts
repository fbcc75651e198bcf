import { isMismatch } from "../../compiler/define/op.ts";
import type { PassContext } from "../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { type Module, walk } from "../../compiler/ir/module.ts";
import type { TensorType } from "../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { param } from "../lowp/ops.ts";
import type { ParamOp } from "../lowp/params.ts";
import { explainWeights } from "../lowp/passes/explain-selection.ts";
import { selectParams } from "../lowp/passes/select-params.ts";
import { linearWeights } from "../lowp/passes/weight-goals.ts";
import { runProblems } from "../lowp/sparse-kind-laws.ts";
import { describePattern, type PrunePattern, runOf } from "./prune-pattern.ts";
import { type PrunedWeight, type PruneGoal, pruneWeight } from "./prune-weight.ts";
import { problemOf } from "./stored-weights.ts";

/** Which weights a pass is to prune, or to plan for. */
export interface PruneSelection {
  readonly pattern: PrunePattern;
  /** Whether only weights count that a share is written beside. */
  readonly planned: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** What the pass does to a weight, for explanations. */
  readonly rule: string;
}

/**
 * The dense weights of linear ops and convolutions that are chosen, in the order of the file. Codes:
 * `nothing-to-prune`, `nothing-allocated`, `allocation-unused` where a share stands beside anything else, `selector`,
 * `sparse-divides`.
 */
export function prunableWeights(
  module: Module,
  { pattern, planned, only, skip, rule }: PruneSelection,
  { explain }: Pick<PassContext, "explain">,
): Result<readonly ParamOp[]> {
  const all = candidatesOf(module, planned);
  if (!all.ok) return all;
  const candidates = all.value.map(({ attributes }) => attributes.sym_name);
  const { chosen, diagnostics } = selectParams(candidates, only, skip);
  if (explain) explainWeights(module, { candidates, only, skip }, rule, explain);
  if (diagnostics.length > 0) return fail(...diagnostics);
  if (chosen.length === 0)
    return fail(error("selector", `skip leaves none of the ${candidates.length} weights`));
  const weights = all.value.filter(({ attributes }) => chosen.includes(attributes.sym_name));
  const unfit = weights.flatMap((weight) => shapeProblems(weight, pattern));
  return unfit.length > 0 ? fail(...unfit) : ok(weights);
}

function candidatesOf(module: Module, planned: boolean): Result<readonly ParamOp[]> {
  const weights = linearWeights(module);
  if (weights.length === 0)
    return fail(
      error("nothing-to-prune", "no nn.linear or nn.conv2d takes its weight from a dense parameter", {
        hint: "weights must come from lowp.get; prune before they are quantized",
      }),
    );
  if (!planned) return ok(weights);
  const all = walk(module).flatMap((op) =>
    param.is(op) && op.attributes.sparsity !== undefined ? [op] : [],
  );
  const strays = all.filter((op) => !weights.includes(op));
  if (strays.length > 0) return fail(...strays.map(strayShare));
  return all.length > 0
    ? ok(all)
    : fail(
        error("nothing-allocated", `none of the ${weights.length} weights has an attribute sparsity`, {
          hint: "run allocate-sparsity before, or give a share such as sparsity=0.5",
        }),
      );
}

const strayShare = ({ attributes, span }: ParamOp): Diagnostic =>
  error(
    "allocation-unused",
    `@${attributes.sym_name} is allocated a sparsity, but is no dense weight of nn.linear or nn.conv2d`,
    { span, hint: "drop its attribute sparsity, or prune before quantizing" },
  );

function shapeProblems(weight: ParamOp, pattern: PrunePattern): readonly Diagnostic[] {
  const [, columns] = matrixShape(weight);
  return runProblems(runOf(pattern), describePattern(pattern), 1, columns).map((problem) =>
    problemOf(weight, problem.code, problem.message, { hint: `skip @${weight.attributes.sym_name}` }),
  );
}

/** [out, all other axes]. */
export function matrixShape({ attributes }: ParamOp): readonly [number, number] {
  const [rows = 1, ...rest] = (attributes.type as TensorType).shape;
  return [rows, elementCount(rest)];
}

/** The numbers of a weight pruned as a matrix. Codes: those of `pruneWeight`. */
export function pruneNumbers(
  op: ParamOp,
  { data }: FloatTensor,
  goal: PruneGoal,
  moment: Float64Array | undefined,
): Result<PrunedWeight> {
  const found = pruneWeight({ shape: matrixShape(op), data }, goal, moment);
  return isMismatch(found) ? fail(problemOf(op, found.code, found.message)) : ok(found);
}
