import type { BlockRanges } from "../block-grid.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import type { BlockFit } from "./block-fit.ts";
import type { CodecAt } from "./codec.ts";
import type { FitRanges } from "./fit-ranges.ts";

/** Weights that stand in groups of neighbours, one group per row. */
export interface GroupColumns {
  /** f64[rows, columns], row-major. */
  readonly work: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Columns [start, end) of the group. */
  readonly start: number;
  readonly end: number;
  /** Number of the group in the value, by row. */
  readonly blocks: Int32Array;
}

/** How errors are weighed and groups fitted. */
export interface GroupFitting {
  readonly parameters: QuantizedParameters;
  readonly fitRanges: FitRanges;
  readonly codecAt: CodecAt;
  /** U_jj by column: an error e costs (e / U_jj)². */
  readonly pivots: Float64Array;
  /** What leaving a weight out must gain for it to count as an outlier. */
  readonly threshold: number;
}

/**
 * The fit of one group of columns in every row, without outliers: a weight at the end of its range is one where the
 * group fitted without it loses less by more than the threshold. `trimmed` gets the weights with outliers replaced
 * by the mean of the others, where it is given. (SpQR, arXiv 2306.03078, §4.2; A6)
 */
export function fitWithoutOutliers(
  group: GroupColumns,
  fitting: GroupFitting,
  trimmed: Float64Array | undefined,
): BlockFit {
  const ends = Array.from({ length: group.rows }, (_, row) => endsOf(group, row));
  const anchored = fitting.parameters.shift === undefined;
  const fitOf = (skip: readonly (readonly number[])[]): BlockFit =>
    fitting.fitRanges(rangesWithout(group, skip, anchored), group.blocks);
  const none = ends.map((): readonly number[] => []);
  const whole = errorsOf(group, fitting, fitOf(none), none);
  const left = none.map((): number[] => []);
  for (const end of ["lowest", "highest"] as const) {
    const skip = ends.map((found) => [found[end]]);
    const without = errorsOf(group, fitting, fitOf(skip), skip);
    for (let row = 0; row < group.rows; row++)
      if (whole[row]! - without[row]! > fitting.threshold && !left[row]!.includes(ends[row]![end]))
        left[row]!.push(ends[row]![end]);
  }
  if (trimmed) for (const [row, outliers] of left.entries()) trim(group, row, outliers, trimmed);
  return fitOf(left);
}

/** Columns of the smallest and the largest weight of a row of the group; of equals the first. */
function endsOf({ work, columns, start, end }: GroupColumns, row: number) {
  let [lowest, highest] = [start, start];
  for (let column = start; column < end; column++) {
    if (work[row * columns + column]! < work[row * columns + lowest]!) lowest = column;
    if (work[row * columns + column]! > work[row * columns + highest]!) highest = column;
  }
  return { lowest, highest };
}

/** Ranges of the weights but for some columns; with `anchored` they hold zero. Nothing left is the range of zero. */
function rangesWithout(
  { work, rows, columns, start, end }: GroupColumns,
  skip: readonly (readonly number[])[],
  anchored: boolean,
): BlockRanges {
  const lowest = new Float64Array(rows);
  const highest = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let [low, high] = anchored ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let column = start; column < end; column++) {
      if (skip[row]!.includes(column)) continue;
      low = Math.min(low, work[row * columns + column]!);
      high = Math.max(high, work[row * columns + column]!);
    }
    [lowest[row], highest[row]] = low <= high ? [low, high] : [0, 0];
  }
  return { lowest, highest };
}

/** Σ ((w − q) / U_jj)² of each row of the group, but for some columns. */
function errorsOf(
  { work, rows, columns, start, end, blocks }: GroupColumns,
  { codecAt, pivots }: GroupFitting,
  { scale, zero, shift }: BlockFit,
  skip: readonly (readonly number[])[],
): Float64Array {
  const errors = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const codec = codecAt(row, blocks[row]!);
    const [s, z, t] = [scale.numbers[row]!, zero.numbers[row]!, shift.numbers[row]!];
    for (let column = start; column < end; column++) {
      if (skip[row]!.includes(column)) continue;
      const x = work[row * columns + column]!;
      const error = (x - codec.decode(codec.encode(x, s, z, t), s, z, t)) / pivots[column]!;
      errors[row] = errors[row]! + error * error;
    }
  }
  return errors;
}

function trim(
  { work, columns, start, end }: GroupColumns,
  row: number,
  outliers: readonly number[],
  trimmed: Float64Array,
): void {
  let [total, count] = [0, 0];
  for (let column = start; column < end; column++) {
    if (outliers.includes(column)) continue;
    total += work[row * columns + column]!;
    count++;
  }
  for (const column of outliers) trimmed[row * columns + column] = count === 0 ? 0 : total / count;
}
