import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { DialectType, FloatType } from "../../../compiler/ir/types.ts";
import type { FloatData, TensorData } from "../../../compiler/numeric/tensor.ts";
import type { BlockRanges } from "../block-grid.ts";
import { integerZeros, storeFloatScales, wantedScales, wantedShifts, wantedZeros } from "../block-rule.ts";
import { castDense } from "../dense.ts";
import { gridBounds } from "../elements.ts";
import { ownFloatEncoder, ownFloatValues } from "../own-float.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { roundScales } from "../scales.ts";
import { minifloat, quantized } from "../types.ts";
import { integersOf } from "../values.ts";
import { toCommonEnds } from "../variants.ts";
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

/** Stores wanted numbers of blocks in one component, each as near as it can be held. */
export type Store = (wanted: Float64Array, blocks: Int32Array) => FittedNumbers;

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
  const selector = components.selector && integersOf(value, "selector").data;
  return (ends, blocks) => {
    const ranges = toCommonEnds(ends, parameters, (index) => selector![blocks[index]!]!);
    const scale = fitScales(ranges, blocks, { parameters, single, store: stores.scale });
    const wanted = { ranges, steps: scale.numbers, bounds: gridBounds(parameters.element), single };
    const nothing = emptyFit(blocks.length);
    const zero = parameters.zero && storeZeros(parameters.zero, wantedZeros(wanted), wanted.bounds);
    return {
      scale,
      zero: zero ?? stores.zero?.(wantedZeros(wanted), blocks) ?? nothing.zero,
      shift: stores.shift?.(wantedShifts(wanted), blocks) ?? nothing.shift,
    };
  };
}

/** Stores one wanted number of a block, as near as it can be held; a scale stays positive. */
export type StoreNumber = (
  wanted: number,
  block: number,
) => { readonly number: number; readonly stored: number };
/** By component; what the type does not have is left out, and so is an integer zero. */
export interface BlockStores {
  readonly scale: StoreNumber;
  readonly zero?: StoreNumber;
  readonly shift?: StoreNumber;
}

/** As makeFitRanges, for single numbers; scales in a float type are rounded to the nearest, powers of two too. */
export function makeBlockStores(
  value: CompositeValue,
  parameters: QuantizedParameters,
  single: boolean,
): BlockStores | Mismatch {
  const stores: { -readonly [K in BlockComponent]?: StoreNumber } = {};
  for (const name of blockComponents) {
    const component = value.components[name];
    const store = component && makeStore(component, parameters[name], { single, positive: name === "scale" });
    if (isMismatch(store)) return store;
    if (store) stores[name] = oneByOne(store);
  }
  const { scale } = parameters;
  if (scale.kind === "float") stores.scale = oneByOne(floatScaleStore(scale, single));
  return { ...stores, scale: stores.scale ?? unreachable("a scale is a float or quantized") };
}

const oneByOne =
  (store: Store): StoreNumber =>
  (wanted, block) => {
    const { numbers, stored } = store(Float64Array.of(wanted), Int32Array.of(block));
    return { number: numbers[0]!, stored: stored[0]! };
  };

const floatScaleStore =
  (type: FloatType, single: boolean): Store =>
  (wanted) => {
    const scales = { spans: wanted, divisor: 1, shape: [wanted.length] };
    return fitted(roundScales(scales, type, { rounding: "nearest", tiny: true }).data, single);
  };

function fitScales(
  ranges: BlockRanges,
  blocks: Int32Array,
  of: {
    readonly parameters: QuantizedParameters;
    readonly single: boolean;
    /** For a scale that is itself quantized. */
    readonly store: Store | undefined;
  },
): FittedNumbers {
  const { parameters, single, store } = of;
  const { scale } = parameters;
  const wanted = wantedScales(ranges, parameters, [ranges.lowest.length], single);
  if (scale.kind !== "float")
    return (store ?? unreachable("a quantized scale has a store"))(
      Float64Array.from(wanted.spans, (span) => span / wanted.divisor),
      blocks,
    );
  return fitted(storeFloatScales(wanted, scale, parameters).data, single);
}

/** Stored floats, and the numbers that f32 arithmetic sees where `single`. */
const fitted = (data: TensorData, single: boolean): FittedNumbers => {
  const stored = Float64Array.from(data as FloatData);
  return { numbers: stored.map((x) => (single ? Math.fround(x) : x)), stored };
};

/** Integer zero points; undefined for others, which a store holds. */
function storeZeros(
  type: NonNullable<QuantizedParameters["zero"]>,
  wanted: Float64Array,
  bounds: readonly [number, number],
): FittedNumbers | undefined {
  if (type.kind !== "integer") return undefined;
  const stored = integerZeros(wanted, type, bounds);
  return { numbers: stored, stored };
}

function makeStore(
  component: RuntimeValue,
  type: QuantizedParameters["zero"],
  options: { readonly single: boolean; readonly positive: boolean },
): Store | Mismatch | undefined {
  if (isDense(component)) return type?.kind === "float" ? denseStore(type, options.single) : undefined;
  if (minifloat.is(component.type)) return ownFloatStore(component.type, options);
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

function ownFloatStore(
  type: DialectType,
  { single, positive }: { readonly single: boolean; readonly positive: boolean },
): Store {
  const encode = ownFloatEncoder(type, positive);
  const values = ownFloatValues(type);
  return (wanted) => {
    const stored = wanted.map(encode);
    return { numbers: stored.map((code) => round(values[code]!, single)), stored };
  };
}

const round = (value: number, single: boolean): number => (single ? Math.fround(value) : value);

const denseStore =
  (type: FloatType, single: boolean): Store =>
  (wanted) => {
    return fitted(castDense({ shape: [wanted.length], data: wanted }, type).data, single);
  };
