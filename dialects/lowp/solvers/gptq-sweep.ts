import type { BlockFit } from "./block-fit.ts";
import type { CodecAt } from "./codec.ts";
import type { PreparedMoment } from "./second-moment.ts";

/** A weight being rounded column by column. */
export interface Sweep extends PreparedMoment {
  readonly rows: number;
  readonly columns: number;
  /** f64[rows, columns] in the order of the sweep; changed as errors are handed on. */
  readonly work: Float64Array;
  /** Whether each weight must stay zero, in the order of `work`; undefined where none must. */
  readonly pruned: Uint8Array | undefined;
  /** Block numbers; a group is fitted by `startGroup` before its first column is rounded. */
  readonly fit: BlockFit;
  /** Columns of a group, and groups of a row. */
  readonly group: number;
  readonly groups: number;
  /** Block of the first group of each row. */
  readonly firstBlock: Int32Array;
  /** Columns between row starts of the codes. */
  readonly codeColumns: number;
  readonly codes: Int32Array;
  /** Rounds weights that no error has reached, as round to nearest does. */
  readonly nearest: CodecAt;
  /** Rounds all others, in the reals. */
  readonly exact: CodecAt;
  /** Whether untouched weights are f32, so that `nearest` rounds them in f32. */
  readonly single: boolean;
}

/** Columns [start, end) whose errors are handed on to later columns together. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** The columns cut after every `block`, and before every group where `group` is given. */
export function segmentsOf(columns: number, block: number, group: number | undefined): readonly Segment[] {
  const segments: Segment[] = [];
  for (let start = 0; start < columns; ) {
    const nextGroup = group === undefined ? columns : start - (start % group) + group;
    const end = Math.min(columns, start - (start % block) + block, nextGroup);
    segments.push({ start, end });
    start = end;
  }
  return segments;
}

/** A matrix whose columns are rounded one after another. */
export type SweptMatrix = Pick<Sweep, "rows" | "columns" | "work" | "factor">;

/** Rounds the columns of a segment to codes, handing their errors on. (GPTQ, arXiv 2210.17323, algorithm 1) */
export const sweepSegment = (sweep: Sweep, segment: Segment): void =>
  handOnErrors(sweep, segment, (row, position) => roundWeight(sweep, row, position));

/**
 * Rounds the columns of a segment in order in every row. With q what `round` makes of w, which gives w − q, and
 * e = (w − q) / U_jj, every later weight of the row changes by −e · U_jk; subtractions reach each weight in the order
 * of the columns, so segments change nothing but the use of the cache.
 */
export function handOnErrors(
  { rows, columns, work, factor }: SweptMatrix,
  { start, end }: Segment,
  round: (row: number, position: number) => number,
): void {
  const errors = new Float64Array(end - start);
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    for (let position = start; position < end; position++) {
      const error = round(row, position) / factor[position * (columns + 1)]!;
      errors[position - start] = error;
      subtractRow(work, base, factor, { at: position * columns, from: position + 1, to: end, times: error });
    }
    for (let position = start; position < end; position++)
      subtractRow(work, base, factor, {
        at: position * columns,
        from: end,
        to: columns,
        times: errors[position - start]!,
      });
  }
}

/** Stores the code of one weight; gives w − q. */
function roundWeight(sweep: Sweep, row: number, position: number): number {
  const { columns, work, order, fit, group, firstBlock, codes, codeColumns, nearest, exact, single } = sweep;
  const column = order[position]!;
  const block = firstBlock[row]! + Math.floor(column / group);
  const scale = fit.scale.numbers[block]!;
  const zero = fit.zero.numbers[block]!;
  const shift = fit.shift.numbers[block]!;
  const at = row * columns + position;
  const weight = work[at]!;
  const meant = sweep.pruned?.[at] === 1 ? 0 : weight;
  const reals = exact(row, block);
  const codec = single && Math.fround(meant) === meant ? nearest(row, block) : reals;
  const code = codec.encode(meant, scale, zero, shift);
  codes[row * codeColumns + column] = code;
  return weight - reals.decode(code, scale, zero, shift);
}

/** work[base + k] −= times · factor[at + k] for from ≤ k < to. */
function subtractRow(
  work: Float64Array,
  base: number,
  factor: Float64Array,
  range: { readonly at: number; readonly from: number; readonly to: number; readonly times: number },
): void {
  const { at, from, to, times } = range;
  for (let index = from; index < to; index++) {
    const change = times * factor[at + index]!;
    // No error leaves a weight as it was, −0 too.
    if (change !== 0) work[base + index] = work[base + index]! - change;
  }
}
