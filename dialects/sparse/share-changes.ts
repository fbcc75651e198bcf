import type { PassContext } from "../../compiler/define/pass.ts";
import { ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { type FloatType, f32, type TensorType } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import type { SolvedWeight, WeightChange } from "../lowp/allocation/weight-change.ts";
import { castDense } from "../lowp/dense.ts";
import type { ParamOp } from "../lowp/params.ts";
import { readStored } from "../lowp/passes/dense-params.ts";
import { nonZeros } from "../lowp/sparse-places.ts";
import { byteLengthOf } from "../lowp/storage.ts";
import { chooseKind } from "./choose-kind.ts";
import { matrixShape, pruneNumbers } from "./prunable-weights.ts";
import type { PruneGoal } from "./prune-weight.ts";

/**
 * Pruning by each of these shares, as something to choose from. A share costs `kept`, the numbers that are not zero
 * afterwards, and bytes as `pack-sparsity` would store them. Nothing changes at a share of 0.
 */
export const shareChanges = (
  shares: readonly number[],
  goal: Omit<PruneGoal, "sparsity">,
): readonly WeightChange[] =>
  shares.map((sparsity) => ({
    id: `${sparsity}`,
    needs: sparsity === 0 || goal.score === "magnitude" ? [] : ["secondMoment"],
    asker: `pruning by ${goal.score}`,
    plan: { sparsity },
    apply: async (module, weight, statistics, context) =>
      pruned(module, weight, { ...goal, sparsity }, statistics?.secondMoment, context),
  }));

function pruned(
  module: Module,
  op: ParamOp,
  goal: PruneGoal,
  moment: Float64Array | undefined,
  { constants }: PassContext,
): Result<SolvedWeight> {
  const read = readStored(op, constants, (key) => module.resources[key]);
  if (!read.ok) return read;
  const before = read.value as FloatTensor; // dense weights were chosen
  const found = goal.sparsity === 0 ? ok(undefined) : pruneNumbers(op, before, goal, moment);
  if (!found.ok) return found;
  const { shape, element } = op.attributes.type as TensorType;
  const type = storedAs(element as FloatType, goal);
  const after = found.value ? castDense({ shape, data: found.value.numbers }, type) : before;
  const matrix = { shape: matrixShape(op), data: after.data };
  const nonZero = nonZeros(matrix);
  return ok({
    bytes: chooseKind({ type, value: matrix, nonZero })?.bytes ?? byteLengthOf(type, shape)!,
    costs: { kept: nonZero.reduce((sum, bit) => sum + bit, 0) },
    weight: { ...matrix, data: before.data },
    errors: Float64Array.from(after.data, (number, at) => number - before.data[at]!),
    numbers: castDense({ shape, data: after.data }, f32),
  });
}

/** As `prune` stores what stays: in its own type, or where it changed, in f32 but for f64. */
const storedAs = (element: FloatType, { score, sparsity }: PruneGoal): FloatType =>
  sparsity === 0 || score !== "obs" || element.name === "f64" ? element : f32;
