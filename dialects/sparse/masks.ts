import type { Pattern } from "../lowp/sparse-kind.ts";

/** Columns [start, end) of a matrix whose numbers lie row after row. */
export interface Window {
  readonly rows: number;
  readonly columns: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Marks with 1 all but the `kept` most important of every `of` neighbours, in every row of a window whose width is
 * a multiple of `of`; of equals the first stay. `importance` and `pruned` are [rows, columns].
 */
export function pruneRuns(
  importance: Float64Array,
  pruned: Uint8Array,
  { kept, of }: Pattern,
  { rows, columns, start, end }: Window,
): void {
  const order = Array.from({ length: of }, (_, offset) => offset);
  for (let row = 0; row < rows; row++)
    for (let run = row * columns + start; run < row * columns + end; run += of) {
      const byImportance = order.toSorted(
        (one, other) => importance[run + other]! - importance[run + one]! || one - other,
      );
      for (const offset of byImportance.slice(kept)) pruned[run + offset] = 1;
    }
}

/**
 * Marks with 1 the `share` of a window's units, runs of `unit` neighbours of a row, that are least important by the
 * sum over their numbers, rounded down; of equals the last go first. With `byRow` each row gives that share.
 */
export function pruneUnits(
  importance: Float64Array,
  pruned: Uint8Array,
  { unit, share, byRow }: { readonly unit: number; readonly share: number; readonly byRow: boolean },
  window: Window,
): void {
  const { rows, columns, start, end } = window;
  const perRow = (end - start) / unit;
  const sums = new Float64Array(rows * perRow);
  for (let index = 0; index < sums.length; index++) {
    const first = placeOf(index);
    for (let at = first; at < first + unit; at++) sums[index] = sums[index]! + importance[at]!;
  }
  const pool = byRow ? perRow : sums.length;
  for (let first = 0; first < sums.length; first += pool)
    for (const index of leastOf(sums, first, pool, Math.floor(share * pool))) {
      const at = placeOf(index);
      pruned.fill(1, at, at + unit);
    }

  function placeOf(index: number): number {
    return Math.floor(index / perRow) * columns + start + (index % perRow) * unit;
  }
}

/** Indices of the `count` smallest of the `length` numbers from `first` on; of equals the last ones. */
function leastOf(numbers: Float64Array, first: number, length: number, count: number): readonly number[] {
  const order = Array.from({ length }, (_, index) => first + index);
  return order.sort((one, other) => numbers[one]! - numbers[other]! || other - one).slice(0, count);
}
