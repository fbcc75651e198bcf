import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { FloatType, IntegerType } from "../../../compiler/ir/types.ts";
import { roundHalfEven } from "../../../compiler/numeric/rounding.ts";
import type { BlockRanges } from "../block-grid.ts";
import { castDense } from "../dense.ts";
import { gridBounds, hasZero, largestMagnitude, storageRange } from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { roundScales } from "../scales.ts";
import { quantized } from "../types.ts";
import {
  type BlockComponent,
  type BlockFit,
  blockComponents,
  emptyFit,
  type FittedNumbers,
  placesOf,
  readFit,
} from "./block-fit.ts";
import { makeCodec } from "./codec.ts";

/** Scale, zero and shift that map the range of each block to the grid; `blocks` are the numbers of these blocks. */
export type FitRanges = (ranges: BlockRanges, blocks: Int32Array) => BlockFit;

/** Stores wanted numbers of blocks in one component. */
type Store = (wanted: Float64Array, blocks: Int32Array) => FittedNumbers;

/**
 * The rule of quantize from ranges to scales, zeros and shifts, for some blocks of a `!lowp.q` value at a time: a
 * scale that is itself quantized keeps its own scales, which are those of `value`. `single`: f32 arithmetic, as for
 * f32 data.
 */
export function makeFitRanges(
  value: CompositeValue,
  parameters: QuantizedParameters,
  single: boolean,
): FitRanges | Mismatch {
  const { components } = value;
  const stores: Partial<Record<BlockComponent, Store>> = {};
  for (const name of blockComponents) {
    const component = components[name];
    const store = component && makeStore(component, parameters[name], { single, positive: name === "scale" });
    if (isMismatch(store)) return store;
    if (store) stores[name] = store;
  }
  const round = single ? Math.fround : (x: number): number => x;
  return (ranges, blocks) => {
    const scale = fitScales(ranges, blocks, { parameters, round, store: stores.scale });
    const wanted = { ranges, steps: scale.numbers, bounds: gridBounds(parameters.element)!, round };
    const nothing = emptyFit(blocks.length);
    const zero = parameters.zero && storeZeros(parameters.zero, wantedZeros(wanted), wanted.bounds);
    return {
      scale,
      zero: zero ?? stores.zero?.(wantedZeros(wanted), blocks) ?? nothing.zero,
      shift: stores.shift?.(wantedShifts(wanted), blocks) ?? nothing.shift,
    };
  };
}

type Round = (x: number) => number;

function fitScales(
  { lowest, highest }: BlockRanges,
  blocks: Int32Array,
  of: {
    readonly parameters: QuantizedParameters;
    readonly round: Round;
    /** For a scale that is itself quantized. */
    readonly store: Store | undefined;
  },
): FittedNumbers {
  const { element, scale, scale_rounding, zero, shift } = of.parameters;
  const affine = zero !== undefined || shift !== undefined;
  const [gridLowest, gridHighest] = gridBounds(element)!;
  const divisor = affine ? gridHighest - gridLowest : largestMagnitude(element)!;
  const spans = lowest.map((low, index) => {
    const high = highest[index]!;
    if (!affine) return Math.max(-low, high);
    const width = of.round(high - low);
    return Number.isFinite(width) ? width : high - low;
  });
  if (scale.kind !== "float")
    return (of.store ?? unreachable("a quantized scale has a store"))(
      spans.map((span) => span / divisor),
      blocks,
    );
  const clips = (element.kind === "float" || element.kind === "custom") && !affine;
  const rounding = scale_rounding ?? (clips ? "floor" : "ceil");
  const wanted = { spans, divisor, shape: [spans.length] };
  const { data } = roundScales(wanted, scale, { rounding, tiny: !hasZero(element) });
  return { numbers: Float64Array.from(data, of.round), stored: Float64Array.from(data) };
}

interface WantedOffsets {
  readonly ranges: BlockRanges;
  /** The stored scales as numbers. */
  readonly steps: Float64Array;
  readonly bounds: readonly [number, number];
  readonly round: Round;
}

/** Zero points in codes: lowest code − lowest value / scale. */
const wantedZeros = ({ ranges, steps, bounds, round }: WantedOffsets): Float64Array =>
  ranges.lowest.map((low, index) => (steps[index] === 0 ? 0 : bounds[0] - round(low / steps[index]!)));

/** Shifts in units of the value: lowest value − scale · lowest code; a block of one value is its own shift. */
const wantedShifts = ({ ranges, steps, bounds, round }: WantedOffsets): Float64Array =>
  ranges.lowest.map((low, index) =>
    low === ranges.highest[index] ? low : low - round(steps[index]! * bounds[0]),
  );

/** Integer zero points lie within the grid and within their type; undefined for others, which a store holds. */
function storeZeros(
  type: NonNullable<QuantizedParameters["zero"]>,
  wanted: Float64Array,
  bounds: readonly [number, number],
): FittedNumbers | undefined {
  if (type.kind !== "integer") return undefined;
  const [low, high] = zeroRange(type, bounds);
  const stored = wanted.map((zero) => Math.min(Math.max(roundHalfEven(zero), low), high));
  return { numbers: stored, stored };
}

function zeroRange(type: IntegerType, bounds: readonly [number, number]): readonly [number, number] {
  const [least, most] = storageRange(type);
  return [Math.max(bounds[0], least), Math.min(bounds[1], most)];
}

function makeStore(
  component: RuntimeValue,
  type: QuantizedParameters["zero"],
  options: { readonly single: boolean; readonly positive: boolean },
): Store | Mismatch | undefined {
  if (isDense(component)) return type?.kind === "float" ? denseStore(type, options.single) : undefined;
  if (!quantized.is(component.type)) return unreachable("the number of a block is dense or quantized");
  const { parameters } = component.type;
  const inner = readFit(component, options.single);
  if (isMismatch(inner)) return inner;
  const { scale, zero, shift } = inner;
  const codec = makeCodec(parameters, options);
  const innerBlock = placesOf(component.shape, parameters).block;
  return (wanted, blocks) => {
    const stored = wanted.map((number, index) => {
      const at = innerBlock[blocks[index]!]!;
      return codec.encode(number, scale.numbers[at]!, zero.numbers[at]!, shift.numbers[at]!);
    });
    const numbers = stored.map((code, index) => {
      const at = innerBlock[blocks[index]!]!;
      return codec.decode(code, scale.numbers[at]!, zero.numbers[at]!, shift.numbers[at]!);
    });
    return { numbers, stored };
  };
}

const denseStore =
  (type: FloatType, single: boolean): Store =>
  (wanted) => {
    const { data } = castDense({ shape: [wanted.length], data: wanted }, type);
    return {
      numbers: Float64Array.from(data, (x) => (single ? Math.fround(x) : x)),
      stored: Float64Array.from(data),
    };
  };
