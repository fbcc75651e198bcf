import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { type BlockGrid, type BlockRanges, blockAt, blockGrid } from "../block-grid.ts";
import { codebooksOf } from "../codebooks.ts";
import { dequantize } from "../dequantize.ts";
import { tableOf } from "../elements.ts";
import { encodeVectors } from "../encode-vectors.ts";
import { quantize } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { LARGEST_NORMAL, LARGEST_OUTLIER } from "../tables/olive.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { type BlockFit, copyFit, emptyFit, readFit, writeFit } from "./block-fit.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { settle } from "./losses.ts";
import { paddedBlocks } from "./mse-clip.ts";

/** Where outliers begin, by block. (OliVe, arXiv 2304.07493) */
export const olive = defineSolver({
  name: "olive",
  summary: "Choose the threshold between normals and outliers of each block with the least squared error.",
  options: {},
  needs: [],
  scope: "term",
  solve(problem) {
    const value = searchThresholds(problem.weight, problem.type);
    return isMismatch(value) ? value : settle("olive", "weight", value, problem);
  },
});

/** Thresholds over the larger of |mean ± 3 deviations|: 0.10, 0.12, … 1.50. */
const factors: readonly number[] = Array.from({ length: 71 }, (_, index) => 0.1 + 0.02 * index);

/**
 * The value of a `!lowp.q` of olive in which each block has the scale with the least Σ (w′ − w)², of equals the first:
 * that of quantize, which reaches to the largest weight, or one of those that put the largest integer at a threshold.
 */
export function searchThresholds(weight: FloatTensor, type: Type): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("olive", type);
  const { parameters } = type;
  if (tableOf(parameters.element)?.values.kind !== "olive")
    return mismatch("olive-element", "the solver olive needs an element of outlier-victim pairs", {
      hint: "such as !lowp.table<8, 2, olive>",
    });
  const nearest = quantize(weight, type);
  if (isMismatch(nearest)) return nearest;
  const single = weight.data instanceof Float32Array;
  const initial = readFit(nearest, single);
  if (isMismatch(initial)) return initial;
  const fitRanges = makeFitRanges(nearest, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;

  const grid = blockGrid(weight.shape, parameters.block);
  const blocks = Int32Array.from({ length: grid.blocks }, (_, block) => block);
  const bases = threeDeviations(weight, grid);
  const best = emptyFit(grid.blocks);
  const least = new Float64Array(grid.blocks).fill(Number.POSITIVE_INFINITY);
  const fits = [initial, ...factors.map((factor) => fitRanges(reachOf(bases, factor), blocks))];
  for (const fit of fits) {
    const errors = errorsOf(weight, grid, withFit(weight, nearest, parameters, fit));
    if (isMismatch(errors)) return errors;
    for (const block of blocks) {
      if (!(errors[block]! < least[block]!)) continue;
      least[block] = errors[block]!;
      copyFit(fit, block, best, block);
    }
  }
  return withFit(weight, nearest, parameters, best);
}

/** The ranges whose scale puts the largest integer at `factor` times the base of a block. */
function reachOf(bases: Float64Array, factor: number): BlockRanges {
  const highest = bases.map((base) => (base * factor * LARGEST_OUTLIER) / LARGEST_NORMAL);
  return { lowest: highest.map((end) => -end), highest };
}

/** The nearest codes on given scales. */
function withFit(
  weight: FloatTensor,
  value: CompositeValue,
  parameters: QuantizedParameters,
  fit: BlockFit,
): CompositeValue {
  const { data, grid } = paddedBlocks(weight, parameters);
  const scaled = { data, grid, steps: fit.scale.numbers, shifts: fit.shift.numbers };
  const books = codebooksOf(parameters.element, value.components);
  const single = weight.data instanceof Float32Array;
  const { data: codes } = encodeVectors(scaled, tableOf(parameters.element)!, books, single);
  return writeFit(value, codes, fit);
}

/** Σ (w′ − w)² of each block. */
function errorsOf({ data }: FloatTensor, grid: BlockGrid, value: CompositeValue): Float64Array | Mismatch {
  const numbers = dequantize(value, "f64");
  if (isMismatch(numbers)) return numbers;
  const errors = new Float64Array(grid.blocks);
  for (let index = 0; index < data.length; index++) {
    const block = blockAt(grid, index);
    errors[block] = errors[block]! + (numbers.data[index]! - data[index]!) ** 2;
  }
  return errors;
}

/** max |mean ± 3 standard deviations| of the weights of each block. */
function threeDeviations({ data }: FloatTensor, grid: BlockGrid): Float64Array {
  const [counts, sums, squares] = [0, 1, 2].map(() => new Float64Array(grid.blocks)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let index = 0; index < data.length; index++) {
    const block = blockAt(grid, index);
    counts[block] = counts[block]! + 1;
    sums[block] = sums[block]! + data[index]!;
    squares[block] = squares[block]! + data[index]! ** 2;
  }
  return counts.map((count, block) => {
    const mean = count === 0 ? 0 : sums[block]! / count;
    const variance = count === 0 ? 0 : Math.max(squares[block]! / count - mean * mean, 0);
    return Math.abs(mean) + 3 * Math.sqrt(variance);
  });
}
