import { type BlockFit, copyFit } from "./block-fit.ts";
import type { PreparedMoment } from "./second-moment.ts";
import { fitWithoutOutliers, type GroupColumns, type GroupFitting } from "./spqr-groups.ts";

/** A weight to be rounded column by column, some of it kept. */
export interface OutlierSweep extends PreparedMoment {
  /** f64[rows, columns]; changed as errors are handed on. */
  readonly work: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Neighbours with one scale, over the same `work`, all of one width. */
  readonly groups: readonly GroupColumns[];
  readonly fit: BlockFit;
  readonly fitting: GroupFitting;
  /** Whether a group is fitted anew when its first column is reached; only in the natural order. */
  readonly refits: boolean;
}

export interface Swept {
  /** [rows, columns] */
  readonly codes: Int32Array;
  /** What is to be added to the values of the codes; not 0 at outliers alone. f64[rows, columns] */
  readonly rest: Float64Array;
}

/**
 * Rounds the columns in order in every row. A weight whose error (e / U_jj)² is above the threshold is an outlier: it
 * is kept whole, so it hands no error on. Others change the later weights of their row as in gptq.
 */
export function sweepWithOutliers(sweep: OutlierSweep): Swept {
  const { work, rows, columns, order, factor, groups, fit, fitting, refits } = sweep;
  const width = groups[0] ? groups[0].end - groups[0].start : 1;
  const codes = new Int32Array(work.length);
  const rest = new Float64Array(work.length);
  for (const [position, column] of order.entries()) {
    const group = groups[Math.floor(column / width)]!;
    if (refits && column === group.start) refit(group, fitting, fit);
    const pivot = factor[position * (columns + 1)]!;
    for (let row = 0; row < rows; row++) {
      const at = row * columns + column;
      const block = group.blocks[row]!;
      const [scale, zero, shift] = [
        fit.scale.numbers[block]!,
        fit.zero.numbers[block]!,
        fit.shift.numbers[block]!,
      ];
      const codec = fitting.codecAt(row, block);
      const code = codec.encode(work[at]!, scale, zero, shift);
      const left = work[at]! - codec.decode(code, scale, zero, shift);
      const error = left / pivot;
      codes[at] = code;
      if (error * error > fitting.threshold) rest[at] = left;
      else handOn(sweep, row, position, error);
    }
  }
  return { codes, rest };
}

function refit(group: GroupColumns, fitting: GroupFitting, fit: BlockFit): void {
  const fitted = fitWithoutOutliers(group, fitting, undefined);
  for (const [row, block] of group.blocks.entries()) copyFit(fitted, row, fit, block);
}

/** w_k −= e · U_jk for the columns k after position j. */
function handOn(
  { work, columns, order, factor }: OutlierSweep,
  row: number,
  position: number,
  error: number,
): void {
  if (error === 0) return;
  for (let later = position + 1; later < columns; later++) {
    const at = row * columns + order[later]!;
    work[at] = work[at]! - error * factor[position * columns + later]!;
  }
}
