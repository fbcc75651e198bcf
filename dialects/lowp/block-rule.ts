import type { FloatType, IntegerType } from "../../compiler/ir/types.ts";
import { rounder, roundHalfEven } from "../../compiler/numeric/rounding.ts";
import type { BlockRanges } from "./block-grid.ts";
import { makeElementEncoder, smallestPositive } from "./element-codec.ts";
import { gridBounds, hasZero, largestMagnitude, storageRange } from "./elements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { roundScales, type WantedScales } from "./scales.ts";

// The rule from the range of a block to its scale, zero, shift and codes, which round to nearest and the
// solvers share. `single`: differences and quotients are rounded to f32, as for f32 data.

const rounded = (value: number, single: boolean): number => (single ? Math.fround(value) : value);

/** What the scale of each block should be before it is stored: span / divisor. */
export function wantedScales(
  { lowest, highest }: BlockRanges,
  { element, zero, shift }: QuantizedParameters,
  shape: readonly number[],
  single: boolean,
): WantedScales {
  const affine = zero !== undefined || shift !== undefined;
  const [gridLowest, gridHighest] = gridBounds(element);
  const divisor = affine ? gridHighest - gridLowest : largestMagnitude(element);
  const spans = lowest.map((low, block) => {
    const high = highest[block]!;
    if (!affine) return Math.max(-low, high);
    // The difference of two finite f32s may overflow; it is then not rounded.
    const width = rounded(high - low, single);
    return Number.isFinite(width) ? width : high - low;
  });
  return { spans, divisor, shape };
}

/** Scales in a float type: where the grid may clip, powers of two are rounded down (OCP MX), else up. */
export function storeFloatScales(
  wanted: WantedScales,
  type: FloatType,
  { element, scale_rounding, zero, shift }: QuantizedParameters,
): ReturnType<typeof roundScales> {
  const clips = (element.kind === "float" || element.kind === "custom") && !zero && !shift;
  const rounding = scale_rounding ?? (clips ? "floor" : "ceil");
  return roundScales(wanted, type, { rounding, tiny: !hasZero(element) });
}

export interface WantedOffsets {
  readonly ranges: BlockRanges;
  /** The stored scales as numbers. */
  readonly steps: ArrayLike<number>;
  /** Lowest and highest value of the grid. */
  readonly bounds: readonly [number, number];
  readonly single: boolean;
}

/** Zero points in codes: lowest code − lowest value / scale. */
export const wantedZeros = ({ ranges, steps, bounds, single }: WantedOffsets): Float64Array =>
  Float64Array.from(ranges.lowest, (low, block) =>
    steps[block] === 0 ? 0 : bounds[0] - rounded(low / steps[block]!, single),
  );

/** Shifts in units of the value: lowest value − scale · lowest code; a block of one value is its own shift. */
export const wantedShifts = ({ ranges, steps, bounds, single }: WantedOffsets): Float64Array =>
  Float64Array.from(ranges.lowest, (low, block) =>
    low === ranges.highest[block] ? low : low - rounded(steps[block]! * bounds[0], single),
  );

/** Integer zero points lie within the grid and within their type. */
export function integerZeros(
  wanted: Float64Array,
  type: IntegerType,
  bounds: readonly [number, number],
): Float64Array {
  const [least, most] = storageRange(type);
  const [low, high] = [Math.max(bounds[0], least), Math.min(bounds[1], most)];
  return wanted.map((zero) => Math.min(Math.max(roundHalfEven(zero), low), high));
}

/** From a value in steps of the scale, and the zero point, to the code. */
export type StepEncoder = (steps: number, zero: number) => number;

export interface EncoderOptions {
  readonly single: boolean;
  /** Whether the number scales something else, and so may not become zero. */
  readonly positive?: boolean | undefined;
  /** Uniform in [0, 1); stochastic rounding alone needs it. */
  readonly random?: (() => number) | undefined;
  /** For elements that have several tables or one that is data. */
  readonly table?: Float64Array | undefined;
}

export function makeStepEncoder(
  { element, zero, shift, rounding, overflow }: QuantizedParameters,
  { single, positive, random, table }: EncoderOptions,
): StepEncoder {
  if (zero) {
    const [lowest, highest] = gridBounds(element);
    const round = rounder(rounding, random);
    const clamp = (code: number): number => Math.min(Math.max(code, lowest), highest);
    // An integer zero keeps zero exact, so it is added after rounding; any other is part of what is rounded.
    if (zero.kind === "integer") return (steps, origin) => clamp(round(steps) + origin);
    return (steps, origin) => clamp(round(rounded(steps + origin, single)));
  }
  const encode = makeElementEncoder(element, { rounding, overflow, random, table });
  if (!positive || shift) return encode;
  const smallest = smallestPositive(element);
  return (steps) => (steps < smallest.value ? smallest.code : encode(steps));
}
