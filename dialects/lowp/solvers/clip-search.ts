import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { BlockGrid, BlockRanges } from "../block-grid.ts";
import { floatFormatOf } from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { minifloat, quantized } from "../types.ts";
import { type BlockFit, copyFit, emptyFit } from "./block-fit.ts";
import type { CodecAt } from "./codec.ts";
import type { FitRanges } from "./fit-ranges.ts";

/** Some blocks of a value and how to fit them. */
export interface ClipSearch {
  /** The weights of the blocks; with tail = pad without what they are filled up with. */
  readonly weight: FloatTensor;
  readonly grid: BlockGrid;
  readonly ranges: BlockRanges;
  /** The number, in the whole value, of each block of the grid. */
  readonly blocks: Int32Array;
  readonly fitRanges: FitRanges;
  /** Codes as they will be stored; blocks are numbered in the whole value. */
  readonly nearest: CodecAt;
  /** Values of codes in the reals. */
  readonly exact: CodecAt;
  /** How much a squared error counts in each column of the grid; 1 where left out. */
  readonly importance?: Float64Array | undefined;
  /** Instead of squares: the second moment f64[columns, columns] of the inputs, by whose part errors of a run count. */
  readonly moment?: Float64Array | undefined;
}

/** 1.00, 0.98, …, 0.30. (BASELINES, RTN mse) */
const fineFactors: readonly number[] = Array.from({ length: 36 }, (_, index) => 1 - 0.02 * index);
/** Finer factors would give the same powers of two. 2 is for the floor rule of MX, which clips the largest values. */
const binaryFactors: readonly number[] = [1, 2, 1 / 2, 1 / 4];

/**
 * Of the scales for 1.00, 0.98, …, 0.30 of the range of a block, that with the least Σ (w′ − w)² over the block, by
 * importance; of equals the first. Errors are those of the stored scale. Power-of-two scales are tried at the
 * exponents around; `factors` are tried instead where they are given.
 */
export function searchClipping(
  search: ClipSearch,
  parameters: QuantizedParameters,
  factors: readonly number[] = isPowerOfTwo(parameters.scale) ? binaryFactors : fineFactors,
): BlockFit {
  const { ranges, blocks, fitRanges } = search;
  const single = search.weight.data instanceof Float32Array;
  const best = emptyFit(blocks.length);
  const leastError = new Float64Array(blocks.length).fill(Number.POSITIVE_INFINITY);
  let last: BlockFit | undefined;
  for (const factor of factors) {
    const shrunk = shrink(ranges, { factor, single, centred: parameters.shift !== undefined });
    const fit = fitRanges(shrunk, blocks);
    const errors = blockErrors(search, fit, last);
    for (let block = 0; block < blocks.length; block++) {
      // The first stands even where its error is not a number.
      if (last && !(errors[block]! < leastError[block]!)) continue;
      leastError[block] = errors[block]!;
      copyFit(fit, block, best, block);
    }
    last = fit;
  }
  return best;
}

/** Whether the scales of blocks, but for a factor they share, are powers of two. */
export function isPowerOfTwo(scale: QuantizedParameters["scale"]): boolean {
  if (scale.kind === "float") return scale.name === "f8E8M0FNU";
  if (minifloat.is(scale)) return scale.parameters.mantissaBits === 0;
  return quantized.is(scale) && floatFormatOf(scale.parameters.element)?.format.mantissaBits === 0;
}

/** Both ends times the factor; a range that need not hold zero shrinks toward its centre. */
function shrink(
  { lowest, highest }: BlockRanges,
  {
    factor,
    single,
    centred,
  }: { readonly factor: number; readonly single: boolean; readonly centred: boolean },
): BlockRanges {
  if (factor === 1) return { lowest, highest };
  const round = single ? Math.fround : (x: number): number => x;
  const share = round(factor);
  const toward = (end: number, index: number): number => {
    if (!centred) return round(end * share);
    const centre = lowest[index]! / 2 + highest[index]! / 2;
    return round(centre + (end - centre) * share);
  };
  return { lowest: lowest.map(toward), highest: highest.map(toward) };
}

/** Σ (w′ − w)² of each block, by importance; infinity where the fit is that of the candidate before, so that it cannot win. */
export function blockErrors(
  { weight: { data }, grid, blocks: numbers, nearest, exact, importance, moment }: ClipSearch,
  fit: BlockFit,
  last?: BlockFit,
): Float64Array {
  const { rows, columns, run, firstBlock, blocks } = grid;
  const errors = new Float64Array(blocks);
  const differences = new Float64Array(Math.min(run, columns));
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    for (let start = row * columns, block = firstBlock[row]!; start < end; start += run, block++) {
      const [scale, zero, shift] = [
        fit.scale.numbers[block]!,
        fit.zero.numbers[block]!,
        fit.shift.numbers[block]!,
      ];
      if (last && isSame(fit, last, block)) {
        errors[block] = Number.POSITIVE_INFINITY;
        continue;
      }
      const stop = Math.min(start + run, end);
      const [encoder, decoder] = [nearest(row, numbers[block]!), exact(row, numbers[block]!)];
      let total = 0;
      for (let index = start; index < stop; index++) {
        const value = data[index]!;
        const error = decoder.decode(encoder.encode(value, scale, zero, shift), scale, zero, shift) - value;
        differences[index - start] = error;
        total += importance ? importance[index % columns]! * error * error : error * error;
      }
      if (moment) total = outputError(differences, stop - start, moment, start % columns, columns);
      errors[block] = errors[block]! + total;
    }
  }
  return errors;
}

/** e H eᵀ for the first `count` errors, which stand in the columns from `first`. */
function outputError(
  errors: Float64Array,
  count: number,
  moment: Float64Array,
  first: number,
  columns: number,
): number {
  let total = 0;
  for (let row = 0; row < count; row++) {
    const start = (first + row) * columns + first;
    let sum = 0;
    for (let column = 0; column < count; column++) sum += moment[start + column]! * errors[column]!;
    total += errors[row]! * sum;
  }
  return total;
}

const isSame = (fit: BlockFit, other: BlockFit, block: number): boolean =>
  fit.scale.numbers[block] === other.scale.numbers[block] &&
  fit.zero.numbers[block] === other.zero.numbers[block] &&
  fit.shift.numbers[block] === other.shift.numbers[block];
