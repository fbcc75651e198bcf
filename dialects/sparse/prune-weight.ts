import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { wrongMoment } from "../lowp/solvers/losses.ts";
import { type PreparedMoment, prepareMoment } from "../lowp/solvers/second-moment.ts";
import { countOfUnits, pruneRuns, pruneUnits, type UnitGoal, type Window } from "./masks.ts";
import { pruneBySweep, sweptSegments } from "./obs-sweep.ts";
import { type PrunePattern, runOf } from "./prune-pattern.ts";

/**
 * How important a weight is. magnitude: w². wanda: w² · H_jj, H the second moment of the inputs, so that magnitudes
 * count by the norm of what they meet. obs: w² / [H⁻¹]_jj of the columns from j on, the others making up for the loss.
 */
export type PruneScore = "magnitude" | "wanda" | "obs";

/** What a weight is pruned to and by. */
export interface PruneGoal {
  readonly pattern: PrunePattern;
  /** Share of the units of a group or unstructured pattern that become zero. */
  readonly sparsity: number;
  readonly score: PruneScore;
  /** Of the sweep of obs, in units of the mean of the diagonal of H. */
  readonly damping: number;
}

/** A pruned matrix. */
export interface PrunedWeight {
  /** f64[rows, columns]; weights that stay are as they were, but for obs. */
  readonly numbers: Float64Array;
  /** 1 where pruned. */
  readonly pruned: Uint8Array;
}

/**
 * Prunes a matrix [rows, columns] whose columns the pattern divides; in f64. `moment` is f64[columns, columns], needed
 * but for magnitude. Codes: `statistics-shape`, `not-finite`, `not-positive-definite`. (Wanda: Sun et al., arXiv 2306.11695;
 * obs: Frantar & Alistarh, SparseGPT, arXiv 2301.00774; groups by Σ w² H_jj: GQSA, arXiv 2412.17560)
 */
export function pruneWeight(
  { shape, data }: FloatTensor,
  goal: PruneGoal,
  moment: Float64Array | undefined,
): PrunedWeight | Mismatch {
  const [rows, columns] = [shape[0]!, shape[1]!];
  if (moment && moment.length !== columns ** 2) return wrongMoment(moment, columns);
  const stray = data.findIndex((number) => !Number.isFinite(number));
  if (stray !== -1)
    return mismatch(
      "not-finite",
      `element [${Math.floor(stray / columns)}, ${stray % columns}] is ${data[stray]}, expected a finite number`,
    );
  if (goal.score === "obs") {
    const prepared = prepareMoment(moment!, columns, { damping: goal.damping, order: "natural" });
    return isMismatch(prepared) ? prepared : bySweep(data, { rows, columns }, goal, moment!, prepared);
  }
  const importance = Float64Array.from(data, (w, at) => {
    const energy = moment ? moment[(at % columns) * (columns + 1)]! : 1;
    return w * w * energy;
  });
  const pruned = new Uint8Array(data.length);
  markLeast(importance, pruned, goal, { rows, columns, start: 0, end: columns });
  return { numbers: Float64Array.from(data, (w, at) => (pruned[at] === 1 ? 0 : w)), pruned };
}

/** Weights that meet inputs which are always zero are worth nothing. */
function bySweep(
  data: FloatTensor["data"],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  goal: PruneGoal,
  moment: Float64Array,
  { factor }: PreparedMoment,
): PrunedWeight {
  const numbers = Float64Array.from(data, (w, at) => (moment[(at % columns) * (columns + 1)] === 0 ? 0 : w));
  const matrix = { rows, columns, work: numbers, factor };
  const pruned = pruneBySweep(matrix, goal.pattern, (importance, mask, window) =>
    markLeast(importance, mask, goal, window),
  );
  return { numbers, pruned };
}

/** Numbers that a share of an unstructured or group pattern prunes of a matrix, whatever they are. */
export function countPruned(rows: number, columns: number, goal: PruneGoal): number {
  const windows = goal.score === "obs" ? sweptSegments(columns, goal.pattern) : [{ start: 0, end: columns }];
  return windows.reduce((sum, { start, end }) => {
    return sum + countOfUnits(unitsOf(goal), { rows, columns, start, end });
  }, 0);
}

function markLeast(importance: Float64Array, pruned: Uint8Array, goal: PruneGoal, window: Window): void {
  const { pattern } = goal;
  if (pattern.kind === "nm") pruneRuns(importance, pruned, pattern, window);
  else pruneUnits(importance, pruned, unitsOf(goal), window);
}

/**
 * Groups compete within as many rows as their pattern says; unstructured weights within rows by wanda, as its paper
 * has it, and within the whole window by others.
 */
const unitsOf = ({ pattern, sparsity, score }: PruneGoal): UnitGoal => ({
  unit: runOf(pattern),
  share: sparsity,
  together: pattern.kind === "group" ? pattern.rows : score === "wanda" ? 1 : undefined,
});
