import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { type Codebooks, codebooksOf } from "../codebooks.ts";
import { hasCodebook } from "../elements.ts";
import { quantize } from "../quantize.ts";
import { type BlockFit, readFit, writeFit } from "./block-fit.ts";
import { solveCodebooks } from "./codebook.ts";
import { makeCodecs } from "./codec.ts";
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
  const { rows, columns, moment, group, groups, firstBlock, codeColumns, exact } = sweep;
  const target = Float64Array.from(weight.data);
  return { rows, columns, target, moment, group, groups, firstBlock, codeColumns, exact };
};

/** One sweep over a weight, with the groups fitted as the options say. Code: `gptq-scales`. */
export function sweepTask(task: Task, options: SweepOptions): Swept | Mismatch {
  const { weight, type, columns, secondMoment } = task;
  const { parameters } = type;
  const isBook = hasCodebook(parameters.element);
  if (isBook && options.scales !== "absmax") return scalesRefused(options.scales);
  const single = weight.data instanceof Float32Array;
  const group = blockGrid(weight.shape, parameters.block).run;
  // Whole rows, and groups that are not rounded one after another, have the scales of the original weights.
  const refits = options.order === "natural" && group < columns && !isBook;
  const importance = diagonalOf(secondMoment, columns);
  const initial = initialValue(task, refits && options.scales === "mse" ? "absmax" : options.scales);
  if (isMismatch(initial)) return initial;
  const fit = readFit(initial, single);
  if (isMismatch(fit)) return fit;
  const fitRanges = makeFitRanges(initial, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;
  const prepared = prepareMoment(secondMoment, columns, options);
  if (isMismatch(prepared)) return prepared;

  const sweep = startSweep(task, prepared, fit, codebooksOf(parameters.element, initial.components));
  for (const segment of segmentsOf(columns, options.block, refits ? group : undefined)) {
    if (refits && segment.start % group === 0)
      fitGroup(sweep, segment.start, { parameters, fitRanges, scales: options.scales, importance });
    sweepSegment(sweep, segment);
  }
  fillUp(sweep);
  return { task, initial, sweep };
}

/**
 * The value whose block numbers and tables a sweep starts with, by the rule of its scales; but for tables that are data
 * those that suit the weights, each weighing as much as its input.
 */
function initialValue({ weight, type, columns, secondMoment }: Task, scales: ScaleRule) {
  if (hasCodebook(type.parameters.element)) return solveCodebooks(weight, type, secondMoment);
  if (scales === "hessian") return fitByImportance(weight, type, diagonalOf(secondMoment, columns));
  return scales === "mse" ? quantizeClipped(weight, type) : quantize(weight, type);
}

const scalesRefused = (scales: ScaleRule): Mismatch =>
  mismatch(
    "gptq-scales",
    `scales = ${scales} has no effect where the table is data, which decides the range`,
    { hint: "leave scales out" },
  );

/** Another sweep over the same weight, with block numbers that are given. */
export function sweepAgain({ task, initial, sweep }: Swept, fit: BlockFit): Int32Array {
  const books = codebooksOf(task.type.parameters.element, initial.components);
  const again = startSweep(task, sweep, fit, books);
  for (const segment of segmentsOf(sweep.columns, LAZY_COLUMNS, undefined)) sweepSegment(again, segment);
  fillUp(again);
  return again.codes;
}
const LAZY_COLUMNS = 128;

const diagonalOf = (matrix: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, index) => matrix[index * (n + 1)]!);

function startSweep(
  { weight, pruned, rows, columns, type: { parameters } }: Task,
  prepared: PreparedMoment,
  fit: BlockFit,
  books: Codebooks,
): Sweep {
  const single = weight.data instanceof Float32Array;
  const codeShape = paddedShape(weight.shape, parameters.block, parameters.tail);
  const { run, scaleShape, firstBlock } = blockGrid(codeShape, parameters.block);
  return {
    order: prepared.order,
    factor: prepared.factor,
    moment: prepared.moment,
    rows,
    columns,
    work: reorder(weight, prepared.order),
    pruned: pruned && Uint8Array.from(reorder(pruned, prepared.order)),
    fit,
    group: run,
    groups: scaleShape[1]!,
    firstBlock,
    codeColumns: codeShape[1]!,
    codes: new Int32Array(elementCount(codeShape)),
    nearest: makeCodecs(parameters, books, { single }),
    exact: makeCodecs(parameters, books, { single: false }),
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
function fillUp({ rows, columns, codeColumns, codes, fit, group, firstBlock, nearest }: Sweep): void {
  for (let row = 0; row < rows; row++)
    for (let column = columns; column < codeColumns; column++) {
      const block = firstBlock[row]! + Math.floor(column / group);
      const [scale, zero, shift] = [
        fit.scale.numbers[block]!,
        fit.zero.numbers[block]!,
        fit.shift.numbers[block]!,
      ];
      codes[row * codeColumns + column] = nearest(row, block).encode(0, scale, zero, shift);
    }
}
