import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { type BlockGrid, blockAt, blockGrid, blockRanges } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { codebooksOf } from "../codebooks.ts";
import { elementsPerCode } from "../elements.ts";
import { quantize } from "../quantize.ts";
import { quantizeBlocks } from "../quantize-blocks.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { resize } from "../regions.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { type BlockFit, writeFit } from "./block-fit.ts";
import { type ClipSearch, searchClipping } from "./clip-search.ts";
import { type CodecAt, makeCodecs } from "./codec.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { settle, vectorsRefused } from "./losses.ts";

/** Round to nearest on scales that may clip the largest weights of a block where that leaves a smaller error. */
export const mseClip = defineSolver({
  name: "mse-clip",
  summary:
    "Shrink the range of each block to 1.00, 0.98, …, 0.30 of itself, keeping the least squared error.",
  options: {},
  needs: [],
  scope: "term",
  rowByRow: true,
  solve(problem) {
    const value = quantizeClipped(problem.weight, problem.type);
    return isMismatch(value) ? value : settle("mse-clip", "weight", value, problem);
  },
});

export interface ClipOptions {
  /** Who asks, in what is refused; mse-clip where left out. */
  readonly solver?: string;
  /** How much a squared error counts in each column of the last axis; 1 where left out. */
  readonly importance?: Float64Array | undefined;
  /** Instead: errors count by this second moment of the inputs, f64[K, K]. */
  readonly moment?: Float64Array | undefined;
  /** Whether the numbers scale something else, and so may not become zero. */
  readonly positive?: boolean;
  /** Shares of the range to try, instead of those of searchClipping. */
  readonly factors?: readonly number[];
  /** Gives the value of round to nearest other scales of scales. */
  readonly start?: (nearest: CompositeValue) => CompositeValue | Mismatch;
}

const asItIs = (nearest: CompositeValue): CompositeValue => nearest;

/**
 * The value of a `!lowp.q` type whose block scales have the least squared error by searchClipping. A scale that is
 * itself quantized keeps the scales that quantize gives it.
 */
export function quantizeClipped(
  weight: FloatTensor,
  type: Type,
  { solver = "mse-clip", importance, moment, positive = false, factors, start = asItIs }: ClipOptions = {},
): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("clipping", type);
  const { parameters } = type;
  if (elementsPerCode(parameters.element) > 1) return vectorsRefused(solver);
  const single = weight.data instanceof Float32Array;
  const nearest = positive
    ? quantizeBlocks(weight, type, { single, positive, random: undefined })
    : quantize(weight, type);
  if (isMismatch(nearest)) return nearest;
  const nearestValue = start(nearest);
  if (isMismatch(nearestValue)) return nearestValue;
  const search = clipSearchOf(weight, nearestValue, parameters, { importance, moment, positive });
  if (isMismatch(search)) return search;
  const fit = searchClipping(search, parameters, factors);
  const { data, grid } = paddedBlocks(weight, parameters);
  return writeFit(nearestValue, encodeAll(data, grid, search.nearest, fit), fit);
}

/** The search over all blocks of a weight, in the tables and on the scales of scales of a value. */
export function clipSearchOf(
  weight: FloatTensor,
  value: CompositeValue,
  parameters: QuantizedParameters,
  { importance, moment, positive = false }: Pick<ClipOptions, "importance" | "moment" | "positive"> = {},
): ClipSearch | Mismatch {
  const single = weight.data instanceof Float32Array;
  const fitRanges = makeFitRanges(value, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;
  const { data, grid: paddedGrid } = paddedBlocks(weight, parameters);
  const grid = blockGrid(weight.shape, parameters.block);
  const books = codebooksOf(parameters.element, value.components);
  return {
    weight,
    grid,
    ranges: blockRanges(data.data, paddedGrid, parameters.shift === undefined),
    blocks: Int32Array.from({ length: grid.blocks }, (_, block) => block),
    fitRanges,
    importance,
    moment,
    nearest: makeCodecs(parameters, books, { single, positive }),
    exact: makeCodecs(parameters, books, { single: false }),
  };
}

/** The weight filled up to whole blocks where the tail says so, and its blocks. */
export function paddedBlocks(
  weight: FloatTensor,
  { block, tail }: QuantizedParameters,
): { readonly data: FloatTensor; readonly grid: BlockGrid } {
  const data = resize(weight, paddedShape(weight.shape, block, tail));
  return { data, grid: blockGrid(data.shape, block) };
}

/** The codes of weights, filled up to whole blocks, on given scales. */
export function encodeAll(
  weight: FloatTensor,
  grid: BlockGrid,
  codecAt: CodecAt,
  { scale, zero, shift }: BlockFit,
): Int32Array {
  return Int32Array.from(weight.data, (value, index) => {
    const block = blockAt(grid, index);
    const codec = codecAt(Math.floor(index / grid.columns), block);
    return codec.encode(value, scale.numbers[block]!, zero.numbers[block]!, shift.numbers[block]!);
  });
}
