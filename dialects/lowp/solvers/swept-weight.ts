import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { quantize } from "../quantize.ts";
import { type BlockFit, readFit, writeFit } from "./block-fit.ts";
import { makeCodec } from "./codec.ts";
import type { RowProblem } from "./coordinate-descent.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { fitGroup, type ScaleRule } from "./gptq-groups.ts";
import { type Sweep, segmentsOf, sweepSegment } from "./gptq-sweep.ts";
import type { Task } from "./gptq-task.ts";
import { quantizeClipped } from "./mse-clip.ts";
import { fitByImportance } from "./nested-scales.ts";
import { type ColumnOrder, type PreparedMoment, prepareMoment } from "./second-moment.ts";

/** How one sweep is made. */
export interface SweepOptions {
  readonly damping: number;
  readonly order: ColumnOrder;
  readonly scales: ScaleRule;
  readonly block: number;
}

/** A weight after a sweep. */
export interface Swept {
  readonly task: Task;
  /** The value whose codes and block numbers the sweep replaces. */
  readonly initial: CompositeValue;
  readonly sweep: Sweep;
}

/** The value a sweep has found. */
export const sweptValue = ({ initial, sweep }: Swept): CompositeValue =>
  writeFit(initial, sweep.codes, sweep.fit);

/** What coordinate descent asks of a swept weight. */
export const rowProblem = ({ task: { weight }, sweep }: Swept): RowProblem => {
  const { rows, columns, moment, group, groups, codeColumns, exact } = sweep;
  const target = Float64Array.from(weight.data);
  return { rows, columns, target, moment, group, groups, codeColumns, exact };
};

/** One sweep over a weight, with the groups fitted as the options say. */
export function sweepTask(task: Task, options: SweepOptions): Swept | Mismatch {
  const { weight, type, columns, secondMoment } = task;
  const { parameters } = type;
  const single = weight.data instanceof Float32Array;
  const group = blockGrid(weight.shape, parameters.block).run;
  // Whole rows, and groups that are not rounded one after another, have the scales of the original weights.
  const refits = options.order === "natural" && group < columns;
  const importance = diagonalOf(secondMoment, columns);
  const initial =
    options.scales === "hessian"
      ? fitByImportance(weight, type, importance)
      : options.scales === "mse" && !refits
        ? quantizeClipped(weight, type)
        : quantize(weight, type);
  if (isMismatch(initial)) return initial;
  const fit = readFit(initial, single);
  if (isMismatch(fit)) return fit;
  const fitRanges = makeFitRanges(initial, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;
  const prepared = prepareMoment(secondMoment, columns, options);
  if (isMismatch(prepared)) return prepared;

  const sweep = startSweep(task, prepared, fit);
  for (const segment of segmentsOf(columns, options.block, refits ? group : undefined)) {
    if (refits && segment.start % group === 0)
      fitGroup(sweep, segment.start, { parameters, fitRanges, scales: options.scales, importance });
    sweepSegment(sweep, segment);
  }
  fillUp(sweep);
  return { task, initial, sweep };
}

/** Another sweep over the same weight, with block numbers that are given. */
export function sweepAgain({ task, sweep }: Swept, fit: BlockFit): Int32Array {
  const again = startSweep(task, sweep, fit);
  for (const segment of segmentsOf(sweep.columns, LAZY_COLUMNS, undefined)) sweepSegment(again, segment);
  fillUp(again);
  return again.codes;
}
const LAZY_COLUMNS = 128;

const diagonalOf = (matrix: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, index) => matrix[index * (n + 1)]!);

function startSweep({ weight, rows, columns, type }: Task, prepared: PreparedMoment, fit: BlockFit): Sweep {
  const { parameters } = type;
  const single = weight.data instanceof Float32Array;
  const codeShape = paddedShape(weight.shape, parameters.block, parameters.tail);
  const { run, scaleShape } = blockGrid(codeShape, parameters.block);
  return {
    order: prepared.order,
    factor: prepared.factor,
    moment: prepared.moment,
    rows,
    columns,
    work: reorder(weight, prepared.order),
    fit,
    group: run,
    groups: scaleShape[1]!,
    codeColumns: codeShape[1]!,
    codes: new Int32Array(elementCount(codeShape)),
    nearest: makeCodec(parameters, { single }),
    exact: makeCodec(parameters, { single: false }),
    single,
  };
}

/** f64, column `order[p]` at position p. */
function reorder({ shape, data }: FloatTensor, order: Int32Array): Float64Array {
  const columns = shape[1]!;
  const moved = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += columns)
    for (let position = 0; position < columns; position++)
      moved[start + position] = data[start + order[position]!]!;
  return moved;
}

/** Zeros where tail = pad fills up the last group of a row. */
function fillUp({ rows, columns, codeColumns, codes, fit, group, groups, nearest }: Sweep): void {
  for (let row = 0; row < rows; row++)
    for (let column = columns; column < codeColumns; column++) {
      const block = row * groups + Math.floor(column / group);
      const [scale, zero, shift] = [
        fit.scale.numbers[block]!,
        fit.zero.numbers[block]!,
        fit.shift.numbers[block]!,
      ];
      codes[row * codeColumns + column] = nearest.encode(0, scale, zero, shift);
    }
}
