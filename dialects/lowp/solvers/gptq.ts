import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type WeightProblem } from "../../../compiler/define/solver.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { int, oneOf, real, withDefault } from "../../../compiler/schema/schema.ts";
import { blockGrid } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { quantize } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { type BlockFit, readFit, writeFit } from "./block-fit.ts";
import { makeCodec } from "./codec.ts";
import { descendRow, type RowProblem } from "./coordinate-descent.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { fitGroup, type ScaleRule } from "./gptq-groups.ts";
import { type Sweep, segmentsOf, sweepSegment } from "./gptq-sweep.ts";
import { settle, statisticMissing, wrongMoment } from "./losses.ts";
import { quantizeClipped } from "./mse-clip.ts";
import { fitByImportance } from "./nested-scales.ts";
import { outputTarget, type Target } from "./output-target.ts";
import { type ColumnOrder, deadColumns, type PreparedMoment, prepareMoment } from "./second-moment.ts";

/**
 * Rounds column after column, each time moving the weights not yet rounded to where they best make up for the error.
 * (Frantar et al., GPTQ, arXiv 2210.17323)
 */
export const gptq = defineSolver({
  name: "gptq",
  summary: "Round column by column, making up for each error in the columns that follow.",
  options: {
    /** In units of the mean of the diagonal of H. */
    damping: withDefault(real({ above: 0 }), 0.01),
    /** activation: by falling diagonal of H; groups then keep the scales of the original weights. */
    order: withDefault(oneOf("natural", "activation"), "natural"),
    /** hessian: as mse, errors counting by the diagonal of H, and scales of scales chosen to fit. */
    scales: withDefault(oneOf("absmax", "mse", "hessian"), "absmax"),
    /** Columns whose errors are handed on together; has no influence on the result. */
    block: withDefault(int({ min: 1 }), 128),
    /** Sweeps of coordinate descent over the codes afterwards, at most. */
    refine: withDefault(int({ min: 0 }), 0),
    target: withDefault(oneOf("weight", "output"), "weight"),
  },
  needs: ["secondMoment"],
  scope: "term",
  needsFor: ({ target }) => (target === "output" ? ["crossMoment"] : []),
  solve(problem, options) {
    const task = readTask("gptq", problem, options);
    if (isMismatch(task)) return task;
    const swept = sweepTask(task, options);
    if (isMismatch(swept)) return swept;
    const rows = rowProblem(swept);
    for (let row = 0; options.refine > 0 && row < rows.rows; row++)
      descendRow(rows, swept.sweep, row, options.refine);
    return settle("gptq", "output", sweptValue(swept), { ...problem, weight: task.aim });
  },
});

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

/** The value that one sweep gives, which may be worse than round to nearest. */
export function sweepWeight(
  problem: WeightProblem,
  options: SweepOptions & TaskOptions,
): CompositeValue | Mismatch {
  const task = readTask("gptq", problem, options);
  if (isMismatch(task)) return task;
  const swept = sweepTask(task, options);
  return isMismatch(swept) ? swept : sweptValue(swept);
}

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

/** A problem that gptq can take. */
export interface Task {
  /** What the codes are to stand for: the weight, or what the target makes of it. */
  readonly aim: FloatTensor;
  /** The same, zero in dead columns: f[rows, columns]. */
  readonly weight: FloatTensor;
  readonly rows: number;
  readonly columns: number;
  readonly type: DialectType & { readonly parameters: QuantizedParameters };
  readonly secondMoment: Float64Array;
}

export interface TaskOptions {
  readonly target: Target;
  readonly damping: number;
}

export function readTask(
  solver: string,
  { weight, type, statistics }: WeightProblem,
  { target, damping }: TaskOptions,
): Task | Mismatch {
  if (!quantized.is(type)) return notSupportedHere(solver, type);
  const [rows, columns] = weight.shape;
  if (weight.shape.length !== 2 || rows === undefined || columns === undefined)
    return mismatch("gptq-matrix", `${solver} needs a weight of rank 2, found rank ${weight.shape.length}`);
  const { block } = type.parameters;
  if (block.length === 2 && block[0] !== 1)
    return mismatch("gptq-block", `a block spans ${block[0]} rows, ${solver} needs 1`, {
      hint: "use block = [1, *] or [1, size], or the solver mse-clip",
    });
  const secondMoment = statistics?.secondMoment;
  if (!secondMoment) return statisticMissing(solver, "secondMoment");
  if (secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const aim = aimOf(solver, target, damping, { weight, type, statistics });
  if (isMismatch(aim)) return aim;
  const alive = withoutColumns(aim, deadColumns(secondMoment, columns));
  return { aim, weight: alive, rows, columns, type, secondMoment };
}

function aimOf(
  solver: string,
  target: Target,
  damping: number,
  { weight, statistics }: WeightProblem,
): FloatTensor | Mismatch {
  if (target === "weight") return weight;
  const { secondMoment, crossMoment } = statistics ?? {};
  if (!secondMoment || !crossMoment) return statisticMissing(solver, "crossMoment");
  return crossMoment.length === secondMoment.length
    ? outputTarget(weight, crossMoment, secondMoment, damping)
    : wrongMoment(crossMoment, weight.shape[1]!);
}

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

/** The weight with zeros in some columns. */
function withoutColumns({ shape, data }: FloatTensor, dead: readonly number[]): FloatTensor {
  const kept = data.slice();
  for (const column of dead)
    for (let index = column; index < kept.length; index += shape[1]!) kept[index] = 0;
  return { shape, data: kept };
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
