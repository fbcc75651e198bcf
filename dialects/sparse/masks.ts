import type { Pattern } from "../lowp/sparse-kind.ts";
import { largestOfRuns } from "../lowp/sparse-places.ts";

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
  pattern: Pattern,
  { rows, columns, start, end }: Window,
): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns + start;
    const data = importance.subarray(first, row * columns + end);
    const stays = largestOfRuns({ shape: [data.length], data }, pattern);
    for (const [at, bit] of stays.entries()) pruned[first + at] = 1 - bit;
  }
}

/** How units of a window are to be pruned. */
export interface UnitGoal {
  /** Neighbours of a row that are pruned together; their count divides the window's width. */
  readonly unit: number;
  /** Of the units; what becomes zero is rounded down. */
  readonly share: number;
  /** Rows that give their share together, the last of them fewer; all where left out. */
  readonly together: number | undefined;
}

/** Units of one pool that `share` prunes. */
const prunedOf = (pool: number, share: number): number => Math.floor(share * pool);

/** Numbers that `pruneUnits` marks in a window, whatever they are. */
export function countOfUnits({ unit, share, together }: UnitGoal, { rows, start, end }: Window): number {
  const perRow = (end - start) / unit;
  const tall = together ?? Math.max(rows, 1);
  const whole = Math.floor(rows / tall) * prunedOf(tall * perRow, share);
  return unit * (whole + prunedOf((rows % tall) * perRow, share));
}

/**
 * Marks with 1 the `share` of a window's units, runs of `unit` neighbours of a row, that are least important by the
 * sum over their numbers; of equals the last go first.
 */
export function pruneUnits(
  importance: Float64Array,
  pruned: Uint8Array,
  { unit, share, together }: UnitGoal,
  window: Window,
): void {
  const { rows, columns, start, end } = window;
  const perRow = (end - start) / unit;
  const sums = new Float64Array(rows * perRow);
  for (let index = 0; index < sums.length; index++) {
    const first = placeOf(index);
    for (let at = first; at < first + unit; at++) sums[index] = sums[index]! + importance[at]!;
  }
  const pool = together === undefined ? sums.length : together * perRow;
  for (let first = 0; first < sums.length; first += pool) {
    const competing = sums.subarray(first, first + pool);
    visitLeast(competing, prunedOf(competing.length, share), (index) => {
      const at = placeOf(first + index);
      pruned.fill(1, at, at + unit);
    });
  }

  function placeOf(index: number): number {
    return Math.floor(index / perRow) * columns + start + (index % perRow) * unit;
  }
}

/** Visits the `count` smallest numbers, of equals the last ones. */
function visitLeast(numbers: Float64Array, count: number, visit: (index: number) => void): void {
  if (count === 0) return;
  const sorted = numbers.toSorted();
  const limit = sorted[count - 1]!;
  let equals = count - sorted.indexOf(limit);
  for (let index = numbers.length - 1; index >= 0; index--) {
    if (numbers[index]! > limit || (numbers[index] === limit && equals-- <= 0)) continue;
    visit(index);
  }
}
