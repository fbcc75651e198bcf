import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type WeightProblem } from "../../../compiler/define/solver.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { int, oneOf, real, withDefault } from "../../../compiler/schema/schema.ts";
import { blockGrid } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { type Codebooks, codebooksOf } from "../codebooks.ts";
import { elementsPerCode, hasCodebook } from "../elements.ts";
import { quantize } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { type BlockFit, readFit, writeFit } from "./block-fit.ts";
import { solveCodebooks } from "./codebook.ts";
import { makeCodecs } from "./codec.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { fitGroup, type ScaleRule } from "./gptq-groups.ts";
import { type Sweep, segmentsOf, sweepSegment } from "./gptq-sweep.ts";
import { settle, statisticMissing, vectorsRefused, wrongMoment } from "./losses.ts";
import { quantizeClipped } from "./mse-clip.ts";
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
    scales: withDefault(oneOf("absmax", "mse"), "absmax"),
    /** Columns whose errors are handed on together; has no influence on the result. */
    block: withDefault(int({ min: 1 }), 128),
  },
  needs: ["secondMoment"],
  solve(problem, options) {
    const value = sweepWeight(problem, options);
    return isMismatch(value) ? value : settle("gptq", "output", value, problem);
  },
});

interface GptqOptions {
  readonly damping: number;
  readonly order: ColumnOrder;
  readonly scales: ScaleRule;
  readonly block: number;
}

/** The value that one sweep gives, which may be worse than round to nearest. */
export function sweepWeight(problem: WeightProblem, options: GptqOptions): CompositeValue | Mismatch {
  const task = readTask(problem);
  if (isMismatch(task)) return task;
  const { weight, type, columns, secondMoment } = task;
  const { parameters } = type;
  if (options.scales === "mse" && hasCodebook(parameters.element))
    return mismatch(
      "gptq-scales",
      "scales = mse has no effect where the table is data, which decides the range",
      {
        hint: "leave scales out",
      },
    );
  const single = weight.data instanceof Float32Array;
  const group = blockGrid(weight.shape, parameters.block).run;
  // Whole rows, and groups that are not rounded one after another, have the scales of the original weights.
  const refits = options.order === "natural" && group < columns && !hasCodebook(parameters.element);
  const initial = initialValue(task, options.scales === "mse" && !refits);
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
      fitGroup(sweep, segment.start, { parameters, fitRanges, scales: options.scales });
    sweepSegment(sweep, segment);
  }
  fillUp(sweep);
  return writeFit(initial, sweep.codes, fit);
}

/**
 * The value whose block numbers and tables the sweep starts with: that of round to nearest or with clipped ranges,
 * but for tables that are data those that suit the weights, each weighing as much as its input.
 */
function initialValue({ weight, type, secondMoment }: Task, clipped: boolean): CompositeValue | Mismatch {
  if (hasCodebook(type.parameters.element)) return solveCodebooks(weight, type, secondMoment);
  return clipped ? quantizeClipped(weight, type) : quantize(weight, type);
}

/** A problem that gptq can take. */
interface Task {
  /** [rows, columns], zero in dead columns. */
  readonly weight: FloatTensor;
  readonly rows: number;
  readonly columns: number;
  readonly type: DialectType & { readonly parameters: QuantizedParameters };
  readonly secondMoment: Float64Array;
}

function readTask({ weight, type, statistics }: WeightProblem): Task | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("gptq", type);
  const [rows, columns] = weight.shape;
  if (weight.shape.length !== 2 || rows === undefined || columns === undefined)
    return mismatch("gptq-matrix", `gptq needs a weight of rank 2, found rank ${weight.shape.length}`);
  const { block, element } = type.parameters;
  if (elementsPerCode(element) > 1) return vectorsRefused("gptq");
  // Tables that are data are found before the sweep, so nothing is fitted on the way.
  const spansRows = block.length === 2 && block[0] !== 1;
  if (spansRows && !(block[0] === "*" && hasCodebook(element)))
    return mismatch("gptq-block", `a block spans ${block[0]} rows, gptq needs 1`, {
      hint: "use block = [1, *] or [1, size], or the solver mse-clip",
    });
  const secondMoment = statistics?.secondMoment;
  if (!secondMoment) return statisticMissing("gptq", "secondMoment");
  if (secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const alive = withoutColumns(weight, deadColumns(secondMoment, columns));
  return { weight: alive, rows, columns, type, secondMoment };
}

function startSweep(
  { weight, rows, columns, type: { parameters } }: Task,
  prepared: PreparedMoment,
  fit: BlockFit,
  books: Codebooks,
): Sweep {
  const single = weight.data instanceof Float32Array;
  const codeShape = paddedShape(weight.shape, parameters.block, parameters.tail);
  const { run, scaleShape, firstBlock } = blockGrid(codeShape, parameters.block);
  return {
    ...prepared,
    rows,
    columns,
    work: reorder(weight, prepared.order),
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
