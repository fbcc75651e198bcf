import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid, blockRanges } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { quantize } from "../quantize.ts";
import { quantizeBlocks } from "../quantize-blocks.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { resize } from "../regions.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { type BlockFit, writeFit } from "./block-fit.ts";
import { searchClipping } from "./clip-search.ts";
import { type Codec, makeCodec } from "./codec.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { settle } from "./losses.ts";

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
  /** How much a squared error counts in each column of the last axis; 1 where left out. */
  readonly importance?: Float64Array;
  /** Instead: errors count by this second moment of the inputs, f64[K, K]. */
  readonly moment?: Float64Array;
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
  { importance, moment, positive = false, factors, start = asItIs }: ClipOptions = {},
): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("clipping", type);
  const { parameters } = type;
  const single = weight.data instanceof Float32Array;
  const nearest = positive
    ? quantizeBlocks(weight, type, { single, positive, random: undefined })
    : quantize(weight, type);
  if (isMismatch(nearest)) return nearest;
  const nearestValue = start(nearest);
  if (isMismatch(nearestValue)) return nearestValue;
  const fitRanges = makeFitRanges(nearestValue, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;

  const padded = resize(weight, paddedShape(weight.shape, parameters.block, parameters.tail));
  const grid = blockGrid(weight.shape, parameters.block);
  const paddedGrid = blockGrid(padded.shape, parameters.block);
  const fit = searchClipping(
    {
      weight,
      grid,
      ranges: blockRanges(padded.data, paddedGrid, parameters.shift === undefined),
      blocks: Int32Array.from({ length: grid.blocks }, (_, block) => block),
      fitRanges,
      importance,
      moment,
      nearest: makeCodec(parameters, { single, positive }),
      exact: makeCodec(parameters, { single: false }),
    },
    parameters,
    factors,
  );
  return writeFit(
    nearestValue,
    encodeAll(padded, parameters, fit, makeCodec(parameters, { single, positive })),
    fit,
  );
}

/** The codes of weights, filled up to whole blocks, on given scales. */
function encodeAll(
  weight: FloatTensor,
  parameters: QuantizedParameters,
  fit: BlockFit,
  codec: Codec,
): Int32Array {
  const { scale, zero, shift } = fit;
  const { columns, run, firstBlock } = blockGrid(weight.shape, parameters.block);
  return Int32Array.from(weight.data, (value, index) => {
    const block = firstBlock[Math.floor(index / columns)]! + Math.floor((index % columns) / run);
    return codec.encode(value, scale.numbers[block]!, zero.numbers[block]!, shift.numbers[block]!);
  });
}
