import { rounder } from "../../../compiler/numeric/rounding.ts";
import { codeValues, makeElementEncoder, smallestPositive } from "../element-codec.ts";
import { gridBounds } from "../elements.ts";
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
}

/**
 * The codec of `!lowp.q`, the same bit for bit as quantize and dequantize where those are given the block numbers.
 * The element has a grid (is no table) and the rounding is not stochastic.
 */
export function makeCodec(parameters: QuantizedParameters, options: CodecOptions): Codec {
  const { single } = options;
  const encodeSteps = stepEncoder(parameters, options);
  const values = codeValues(parameters.element);
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

/** From a value in steps of the scale, and the zero point, to the code. */
function stepEncoder(
  { element, zero, shift, rounding, overflow }: QuantizedParameters,
  { single, positive }: CodecOptions,
): (steps: number, zero: number) => number {
  if (zero) {
    const [lowest, highest] = gridBounds(element)!;
    const round = rounder(rounding);
    const clamp = (code: number): number => Math.min(Math.max(code, lowest), highest);
    // An integer zero keeps zero exact, so it is added after rounding; any other is part of what is rounded.
    if (zero.kind === "integer") return (steps, origin) => clamp(round(steps) + origin);
    return (steps, origin) => clamp(round(single ? Math.fround(steps + origin) : steps + origin));
  }
  const encode = makeElementEncoder(element, { rounding, overflow, random: undefined });
  if (!positive || shift) return encode;
  const smallest = smallestPositive(element);
  return (steps) => (steps < smallest.value ? smallest.code : encode(steps));
}
