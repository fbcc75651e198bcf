import type { FloatFormat } from "./float-format.ts";
import { codesPerSign, decode, infinityCode, largestCode, nanCode } from "./float-format.ts";
import type { Rounding } from "./rounding.ts";
import { rounder } from "./rounding.ts";

/** The choices an encoding leaves open; `random`, uniform in [0, 1), is needed by stochastic rounding alone. */
export interface EncodeOptions {
  /** Default half_even: the neighbour with the even code. */
  readonly rounding?: Rounding;
  /**
   * What becomes of ±∞ and of values that round past the largest finite one. saturate (default): that value.
   * inf: infinity, or NaN in a format with only NaN; a format with neither saturates. A finite value rounded
   * toward zero saturates in both. (IEEE 754 §7.4; ONNX Cast)
   */
  readonly overflow?: "saturate" | "inf";
  /** flush: results that would be subnormal become zero; a format of 0 exponent bits has nothing else and keeps them. */
  readonly subnormals?: "keep" | "flush";
  readonly random?: () => number;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The code nearest to x, rounded once from the f64; see makeEncoder, which is faster for many values. */
export const encode = (format: FloatFormat, x: number, options: EncodeOptions = {}): number =>
  makeEncoder(format, options)(x);

/** The value of `format` nearest to x: decode of encode. */
export const roundToFormat = (format: FloatFormat, x: number, options: EncodeOptions = {}): number =>
  decode(format, encode(format, x, options));

/**
 * The function from an f64 to its code in [0, 2^bits). NaN gives the canonical NaN, or the largest finite value
 * in a format without one (as PTX cvt does for e2m1). A negative value in an unsigned format gives NaN, or the
 * smallest value without one. Zero and underflow in e8m0, which has no zero, give the smallest value.
 */
export function makeEncoder(format: FloatFormat, options: EncodeOptions = {}): (x: number) => number {
  const { mantissaBits, bias, signed } = format;
  const round = rounder(options.rounding ?? "half_even", options.random);
  const overflowCode = overflowCodes(format, options);
  const largest = largestCode(format);
  const nan = nanCode(format) ?? largest;
  const belowUnsigned = nanCode(format) ?? 0;
  const signWeight = signed ? codesPerSign(format) : 0;
  const negativeZero = format.specials === "fnuz" ? 0 : signWeight;
  // Below this code the result is zero, or e8m0's smallest value.
  const smallest = options.subnormals === "flush" && format.exponentBits > 0 ? 2 ** mantissaBits : 0;
  // e8m0 has no field for zero and the subnormals: its codes begin one later than the others'.
  const missing = format.specials === "e8m0" ? 1 : 0;
  const lowestExponent = 1 - bias - missing;
  const smallestStep = 2 ** (lowestExponent - mantissaBits);
  const codesPerBinade = 2 ** mantissaBits;
  const significandField = (1023 + mantissaBits) << 20;

  return (x) => {
    if (Number.isNaN(x)) return nan;
    scratch[0] = x;
    const high = words[highWord]!;
    const negative = high >>> 31 === 1;
    if (negative && !signed && x !== 0) return belowUnsigned;
    const ownExponent = ((high >>> 20) & 0x7ff) - 1023;
    const exponent = Math.max(ownExponent, lowestExponent);
    // Count |x| in steps of its binade: replacing the exponent field is an exact division.
    words[highWord] = (high & 0xfffff) | significandField;
    const steps = ownExponent < lowestExponent ? Math.abs(x) / smallestStep : scratch[0]!;
    const firstCode = (exponent - lowestExponent) * codesPerBinade - missing;
    // Ties go to even codes. Without mantissa bits a binade's first code may be odd, so move the count by it.
    const parity = mantissaBits === 0 ? firstCode & 1 : 0;
    const rounded = negative ? -round(parity - steps) : round(steps - parity);
    const code = firstCode + parity + rounded;
    if (code > largest) return overflowCode(x);
    if (code < smallest || code === 0) return negative ? negativeZero : 0;
    return negative ? code + signWeight : code;
  };
}

/** The code of a value that does not fit. */
function overflowCodes(format: FloatFormat, options: EncodeOptions): (x: number) => number {
  const { rounding = "half_even", overflow = "saturate" } = options;
  const largest = largestCode(format);
  const infinity = infinityCode(format) ?? nanCode(format);
  const beyond = overflow === "saturate" || infinity === undefined ? largest : infinity;
  const signWeight = codesPerSign(format);
  const withSign = (code: number, x: number): number =>
    x < 0 && code < signWeight ? code + signWeight : code;
  return (x) => {
    const towardZero = rounding === "trunc" || rounding === (x < 0 ? "ceil" : "floor");
    return withSign(towardZero && Number.isFinite(x) ? largest : beyond, x);
  };
}
