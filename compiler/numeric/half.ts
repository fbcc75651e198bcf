import type { FloatFormat } from "./float-format.ts";
import { decodeTable, infinityCode, namedFloatFormats, nanCode } from "./float-format.ts";
import type { FloatData } from "./tensor.ts";

const { f16, bf16 } = namedFloatFormats;

/** The values of f16 bit patterns, exact; every NaN becomes the canonical one. */
export function decodeF16(bits: Uint16Array): Float32Array {
  const table = decodeTable(f16);
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) values[index] = table[bits[index]!]!;
  return values;
}

/** The values of bf16 bit patterns, exact: bf16 is the upper half of an f32. */
export function decodeBf16(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  const words = new Uint32Array(values.buffer);
  for (let index = 0; index < bits.length; index++) words[index] = bits[index]! << 16;
  return values;
}

/** The nearest f16 bit patterns, ties to even, rounded once; overflow gives infinity and NaN 0x7e00. */
export const encodeF16 = (values: FloatData): Uint16Array => encodeHalf(f16, values);

/** The nearest bf16 bit patterns, ties to even, rounded once; overflow gives infinity and NaN 0x7fc0. */
export const encodeBf16 = (values: FloatData): Uint16Array => encodeHalf(bf16, values);

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const lowWord = 1 - highWord;

/**
 * Works on the upper word of the f64, 20 bits of its mantissa, of which the format keeps the first. All that the
 * lower word can decide is whether the value lies above a tie, so it is folded into the last bit.
 */
function encodeHalf(format: FloatFormat, values: FloatData): Uint16Array {
  const { mantissaBits, bias } = format;
  const infinity = infinityCode(format)!;
  const nan = nanCode(format)!;
  const dropped = 20 - mantissaBits;
  const belowHalf = (1 << (dropped - 1)) - 1;
  const exponentShift = (1023 - bias) << 20;
  const smallestNormal = (1024 - bias) << 20;
  // Neighbours of this number are one subnormal step apart, so adding it rounds to whole steps.
  const subnormalAligner = 2 ** (53 - bias - mantissaBits);
  const codes = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) {
    scratch[0] = values[index]!;
    const high = words[highWord]!;
    const magnitude = (high & 0x7fffffff) | (words[lowWord] === 0 ? 0 : 1);
    if (magnitude > 0x7ff00000) {
      codes[index] = nan;
      continue;
    }
    const sign = (high >>> 16) & 0x8000;
    if (magnitude < smallestNormal) {
      scratch[0] = Math.abs(values[index]!) + subnormalAligner;
      codes[index] = sign | words[lowWord]!;
      continue;
    }
    const toEven = (magnitude >>> dropped) & 1;
    const code = (magnitude - exponentShift + belowHalf + toEven) >>> dropped;
    codes[index] = sign | Math.min(code, infinity);
  }
  return codes;
}
