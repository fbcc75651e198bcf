import { makeStepEncoder } from "../block-rule.ts";
import type { Codebooks } from "../codebooks.ts";
import { codeValues } from "../element-codec.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";

/** From a number to its code and back, given the scale, zero point and shift of its block (0 where there is none). */
export interface Codec {
  encode(value: number, scale: number, zero: number, shift: number): number;
  decode(code: number, scale: number, zero: number, shift: number): number;
}

/** How a codec computes. */
export interface CodecOptions {
  /** Whether each step is rounded to f32, as quantize and dequantize do for f32 data. */
  readonly single: boolean;
  /** Whether the number scales something else, and so may not become zero. */
  readonly positive?: boolean;
  /** f64[2^bits], for elements that have several tables or one that is data. */
  readonly table?: Float64Array | undefined;
}

/** The codec of a place: its table may depend on the row (all axes but the last) or on the block. */
export type CodecAt = (row: number, block: number) => Codec;

/** The codecs of `!lowp.q` with the tables of a value. Elements stand for one number per code. */
export function makeCodecs(
  parameters: QuantizedParameters,
  { tables, tableAt }: Codebooks,
  options: CodecOptions,
): CodecAt {
  const codecs = tables.map((table) => makeCodec(parameters, { ...options, table }));
  const [only] = codecs;
  return codecs.length === 1 ? () => only! : (row, block) => codecs[tableAt(row, block)]!;
}

/**
 * The codec of `!lowp.q`, the same bit for bit as quantize and dequantize where those are given the block numbers.
 * The rounding is not stochastic.
 */
export function makeCodec(parameters: QuantizedParameters, options: CodecOptions): Codec {
  const { single } = options;
  const encodeSteps = makeStepEncoder(parameters, options);
  const values = options.table ?? codeValues(parameters.element);
  return {
    encode(value, scale, zero, shift) {
      // A scale of zero has nothing but zero.
      const step = scale === 0 ? Number.POSITIVE_INFINITY : scale;
      const distance = value - shift;
      return encodeSteps(single ? Math.fround(Math.fround(distance) / step) : distance / step, zero);
    },
    decode(code, scale, zero, shift) {
      const steps = (values ? values[code]! : code) - zero;
      if (!single) return steps * scale + shift;
      return Math.fround(Math.fround(Math.fround(steps) * scale) + shift);
    },
  };
}
