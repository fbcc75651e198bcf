import type { CompositeValue, RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import type { FloatTensor, Tensor } from "../../compiler/numeric/tensor.ts";
import { type BlockGrid, blockGrid, blockRanges } from "./block-grid.ts";
import {
  integerZeros,
  makeStepEncoder,
  type StepEncoder,
  storeFloatScales,
  type WantedOffsets,
  wantedScales,
  wantedShifts,
  wantedZeros,
} from "./block-rule.ts";
import { paddedShape } from "./blocks.ts";
import { codebooksOf } from "./codebooks.ts";
import { castDense } from "./dense.ts";
import { dequantize } from "./dequantize.ts";
import { gridBounds, hasFixedValues, tableOf } from "./elements.ts";
import { encodeVectors } from "./encode-vectors.ts";
import { evenTables } from "./even-tables.ts";
import { castToOwnFloat } from "./own-float.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { resize } from "./regions.ts";
import { type WantedScales, wantedScale } from "./scales.ts";
import { minifloat, quantized } from "./types.ts";
import type { ValueType } from "./value-type.ts";
import { notSupportedHere } from "./values.ts";
import { chooseVariants, toCommonEnds } from "./variants.ts";

/** What the rounding to a format needs beside the data. */
export interface QuantizeContext {
  /** Whether differences and quotients are rounded to f32, as for f32 data; f64 data are not rounded on the way. */
  readonly single: boolean;
  /** Whether the result scales something else, and so may not become zero. */
  readonly positive?: boolean;
  /** Uniform in [0, 1); stochastic rounding alone needs it. */
  readonly random: (() => number) | undefined;
}

/**
 * Rounds finite data to the codes of `!lowp.q`. Without zero and shift the largest magnitude of a block maps to
 * that of the format; with them the ends of its range map to the ends of the grid. Codes are found with the stored
 * scale. (F2, F3, F5)
 */
export function quantizeBlocks(
  input: FloatTensor,
  type: DialectType,
  context: QuantizeContext,
): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("a scale or zero", type);
  const { parameters } = type;
  const { element, block, tail, rounding, shift } = parameters;
  if (rounding === "stochastic" && !context.random)
    return mismatch("needs-random", "rounding = stochastic needs a source of random numbers, found none", {
      hint: "give a seed, and no solver but rtn",
    });

  const data = resize(input, paddedShape(input.shape, block, tail));
  const grid = blockGrid(data.shape, block);
  const ends = blockRanges(data.data, grid, shift === undefined);
  const selector = chooseVariants(data, grid, ends, parameters, context.single);
  const ranges = toCommonEnds(ends, parameters, (index) => selector![index]!);
  const scale = storeScales(
    wantedScales(ranges, parameters, grid.scaleShape, context.single),
    parameters,
    context,
  );
  if (isMismatch(scale)) return scale;
  const steps = numbersOf(scale, context);
  if (isMismatch(steps)) return steps;

  const bounds = gridBounds(element);
  const offsets = { ranges, steps, bounds, shape: grid.scaleShape, single: context.single };
  const stored = storeZeroAndShift(parameters, offsets, context);
  if (isMismatch(stored)) return stored;

  const table = tableOf(element);
  const own = {
    ...(selector && { selector: { shape: grid.scaleShape, data: selector } }),
    ...(table?.values.kind === "data" && {
      table: evenTables({ data, grid, steps, shifts: stored.numbers.translations }, table),
    }),
  };
  const codes = encodeAll({ data, grid, numbers: { steps, ...stored.numbers } }, own, parameters, context);
  return { shape: input.shape, type, components: { codes, ...own, scale, ...stored.components } };
}

/** The codes of data whose scales, offsets and tables are known. */
function encodeAll(
  blocks: PlacedBlocks,
  own: Readonly<Record<string, RuntimeValue>>,
  parameters: QuantizedParameters,
  context: QuantizeContext,
): Tensor<Int32Array> {
  const { element } = parameters;
  const { shape } = blocks.data;
  const books = codebooksOf(element, own);
  const table = tableOf(element);
  if (table && table.dim > 1) {
    const { steps, translations } = blocks.numbers;
    const scaled = { data: blocks.data, grid: blocks.grid, steps, shifts: translations };
    return encodeVectors(scaled, table, books, context.single);
  }
  const encoders = books.tables.map((values) => makeStepEncoder(parameters, { ...context, table: values }));
  const encoderAt = (row: number, block: number): StepEncoder => encoders[books.tableAt(row, block)]!;
  return { shape, data: encodeBlocks(blocks, encoderAt, context.single) };
}

/** Scales, and zeros where the type has them, in the shape of the blocks. */
export interface GivenScales {
  readonly scale: RuntimeValue;
  readonly zero?: RuntimeValue | undefined;
}

/** As quantizeBlocks, with scales and zeros that do not depend on the data; tables must be those of the type. */
export function quantizeGivenBlocks(
  input: FloatTensor,
  type: DialectType,
  { scale, zero }: GivenScales,
  context: QuantizeContext,
): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("a given scale", type);
  const { parameters } = type;
  if (!hasFixedValues(parameters.element)) return notSupportedHere("a given scale", type);
  const data = resize(input, paddedShape(input.shape, parameters.block, parameters.tail));
  const steps = numbersOf(scale, context);
  if (isMismatch(steps)) return steps;
  const origins = zero && numbersOf(zero, context);
  if (isMismatch(origins)) return origins;
  const grid = blockGrid(data.shape, parameters.block);
  const numbers = { steps, ...(origins && { origins }) };
  const codes = encodeAll({ data, grid, numbers }, {}, parameters, context);
  return { shape: input.shape, type, components: { codes, scale, ...(zero && { zero }) } };
}

function storeScales(
  wanted: WantedScales,
  parameters: QuantizedParameters,
  context: QuantizeContext,
): RuntimeValue | Mismatch {
  const { scale } = parameters;
  if (scale.kind === "float") return storeFloatScales(wanted, scale, parameters);
  const data = wanted.spans.map((_, block) => wantedScale(wanted, block));
  if (scale.kind === "integer") return notSupportedHere("a scale", scale);
  if (minifloat.is(scale)) return castToOwnFloat({ shape: wanted.shape, data }, scale, true);
  return quantizeBlocks({ shape: wanted.shape, data }, scale, { ...context, positive: true });
}

interface BlockOffsets extends WantedOffsets {
  readonly shape: readonly number[];
}

/** The zero or the shift of every block, as it is stored and as numbers; nothing where the type has neither. */
function storeZeroAndShift(
  { zero, shift }: QuantizedParameters,
  offsets: BlockOffsets,
  context: QuantizeContext,
):
  | { readonly components: Readonly<Record<string, RuntimeValue>>; readonly numbers: BlockOrigins }
  | Mismatch {
  const component = zero
    ? storeZeros(zero, offsets, context)
    : shift && storeOffsets(shift, { shape: offsets.shape, data: wantedShifts(offsets) }, context);
  if (!component) return { components: {}, numbers: {} };
  if (isMismatch(component)) return component;
  const numbers = numbersOf(component, context);
  if (isMismatch(numbers)) return numbers;
  return zero
    ? { components: { zero: component }, numbers: { origins: numbers } }
    : { components: { shift: component }, numbers: { translations: numbers } };
}

function storeZeros(
  type: ValueType,
  offsets: BlockOffsets,
  context: QuantizeContext,
): RuntimeValue | Mismatch {
  const { shape, bounds } = offsets;
  const wanted = wantedZeros(offsets);
  if (type.kind !== "integer") return storeOffsets(type, { shape, data: wanted }, context);
  return { shape, data: Int32Array.from(integerZeros(wanted, type, bounds)) };
}

function storeOffsets(
  type: ValueType,
  wanted: FloatTensor,
  { single, random }: QuantizeContext,
): RuntimeValue | Mismatch {
  if (type.kind === "float") return castDense(wanted, type);
  if (type.kind === "integer") return notSupportedHere("an offset", type);
  if (minifloat.is(type)) return castToOwnFloat(wanted, type);
  return quantizeBlocks(wanted, type, { single, random });
}

function numbersOf(value: RuntimeValue, { single }: QuantizeContext): FloatTensor["data"] | Mismatch {
  const tensor = dequantize(value, single ? "f32" : "f64");
  return isMismatch(tensor) ? tensor : tensor.data;
}

/** Zero points in codes, or shifts in units of the value, by block. */
interface BlockOrigins {
  readonly origins?: FloatTensor["data"];
  readonly translations?: FloatTensor["data"];
}
type BlockNumbers = BlockOrigins & { readonly steps: FloatTensor["data"] };

interface PlacedBlocks {
  readonly data: FloatTensor;
  readonly grid: BlockGrid;
  readonly numbers: BlockNumbers;
}

function encodeBlocks(
  {
    data: { data },
    grid: { rows, columns, run, firstBlock },
    numbers: { steps, origins, translations },
  }: PlacedBlocks,
  encoderAt: (row: number, block: number) => StepEncoder,
  single: boolean,
): Int32Array {
  const codes = new Int32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    for (let start = row * columns, block = firstBlock[row]!; start < end; start += run, block++) {
      const stop = Math.min(start + run, end);
      const encode = encoderAt(row, block);
      const origin = origins ? origins[block]! : 0;
      const translation = translations ? translations[block]! : 0;
      // A nested scale with a shift may round to zero; then nothing but zero can be meant.
      const step = steps[block] === 0 ? Number.POSITIVE_INFINITY : steps[block]!;
      for (let index = start; index < stop; index++) {
        const distance = data[index]! - translation;
        const count = single ? Math.fround(Math.fround(distance) / step) : distance / step;
        codes[index] = encode(count, origin);
      }
    }
  }
  return codes;
}
