import { handOnErrors, type Segment, type SweptMatrix, segmentsOf } from "../lowp/solvers/gptq-sweep.ts";
import type { Window } from "./masks.ts";
import { type PrunePattern, runOf } from "./prune-pattern.ts";

/** Marks with 1 what is pruned in some columns, given how important each weight is; both [rows, columns]. */
export type MarkLeast = (importance: Float64Array, pruned: Uint8Array, window: Window) => void;

/** Columns among which unstructured weights and groups compete, at least. (SparseGPT, §3.2) */
const COMPETING_COLUMNS = 128;

/** The columns among which unstructured weights and groups compete, or runs of n:m are chosen, one after another. */
export function sweptSegments(columns: number, pattern: PrunePattern): readonly Segment[] {
  const run = runOf(pattern);
  const together = pattern.kind === "nm" ? run : run * Math.ceil(COMPETING_COLUMNS / run);
  return segmentsOf(columns, together, undefined);
}

/**
 * Prunes a matrix column by column, in place: a weight that becomes zero hands w · U_jk / U_jj on to every later
 * weight k of its row, with H⁻¹ = Uᵀ U. What to prune is chosen for a run of columns when the sweep comes to it, by
 * w² / U_jj², which is what the outputs lose at best. Gives 1 where pruned. (SparseGPT, arXiv 2301.00774, algorithm 1)
 */
export function pruneBySweep(matrix: SweptMatrix, pattern: PrunePattern, mark: MarkLeast): Uint8Array {
  const { rows, columns, work, factor } = matrix;
  const importance = new Float64Array(work.length);
  const pruned = new Uint8Array(work.length);
  for (const { start, end } of sweptSegments(columns, pattern)) {
    for (let column = start; column < end; column++) {
      const pivot = factor[column * (columns + 1)]!;
      for (let at = column; at < work.length; at += columns) importance[at] = (work[at]! / pivot) ** 2;
    }
    mark(importance, pruned, { rows, columns, start, end });
    handOnErrors(matrix, { start, end }, (row, column) => {
      const at = row * columns + column;
      if (pruned[at] === 0) return 0;
      const error = work[at]!;
      work[at] = 0;
      return error;
    });
  }
  return pruned;
}
