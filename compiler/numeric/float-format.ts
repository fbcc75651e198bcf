/**
 * A binary float of up to 11 exponent and 23 mantissa bits. A code is, from the top, sign, exponent field and
 * mantissa; field 0 holds zero and the subnormals, so 0 exponent bits give a fixed-point format. Every value
 * must be an f64 (for 11 exponent bits: bias 1023).
 */
export interface FloatFormat {
  readonly name: string;
  readonly signed: boolean;
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /**
   * Which codes are not numbers.
   * ieee: the top exponent is infinity (mantissa 0) or NaN; needs an exponent bit.
   * fn: the all-ones code of each sign is NaN, no infinity.
   * fnuz: the code of −0 is the one NaN, no infinity, no −0; needs a sign.
   * none: every code is finite.
   * e8m0: code c is 2^(c − bias), no zero, all ones is NaN; unsigned, no mantissa. (OCP MX 1.0, §5.4.1)
   */
  readonly specials: "ieee" | "fn" | "fnuz" | "none" | "e8m0";
}

/** The formats with a name of their own in MLIR, keyed by it. (IEEE 754; OCP FP8 1.0, §5; OCP MX 1.0, §5.3) */
export const namedFloatFormats = {
  f16: signedFormat("f16", [5, 10, 15], "ieee"),
  bf16: signedFormat("bf16", [8, 7, 127], "ieee"),
  f8E4M3FN: signedFormat("f8E4M3FN", [4, 3, 7], "fn"),
  f8E5M2: signedFormat("f8E5M2", [5, 2, 15], "ieee"),
  f8E4M3FNUZ: signedFormat("f8E4M3FNUZ", [4, 3, 8], "fnuz"),
  f8E5M2FNUZ: signedFormat("f8E5M2FNUZ", [5, 2, 16], "fnuz"),
  f8E8M0FNU: { ...signedFormat("f8E8M0FNU", [8, 0, 127], "e8m0"), signed: false },
  f6E2M3FN: signedFormat("f6E2M3FN", [2, 3, 1], "none"),
  f6E3M2FN: signedFormat("f6E3M2FN", [3, 2, 3], "none"),
  f4E2M1FN: signedFormat("f4E2M1FN", [2, 1, 1], "none"),
} as const satisfies Readonly<Record<string, FloatFormat>>;

/** Width of one code, sign included. */
export const bitsOf = (format: FloatFormat): number =>
  (format.signed ? 1 : 0) + format.exponentBits + format.mantissaBits;

/** Codes of one sign, 2^(exponent + mantissa bits); also the weight of the sign bit. */
export const codesPerSign = (format: FloatFormat): number => 2 ** (format.exponentBits + format.mantissaBits);

/** The code of the largest finite value; every code below it is finite, and codes ascend with their values. */
export function largestCode(format: FloatFormat): number {
  const codes = codesPerSign(format);
  const unusable: Record<FloatFormat["specials"], number> = {
    ieee: 2 ** format.mantissaBits,
    fn: 1,
    fnuz: 0,
    none: 0,
    e8m0: 1,
  };
  return codes - 1 - unusable[format.specials];
}

/** The code of +∞, or undefined for a format without one. */
export const infinityCode = (format: FloatFormat): number | undefined =>
  format.specials === "ieee" ? largestCode(format) + 1 : undefined;

/** The canonical NaN code (positive and quiet), or undefined for a format without one. */
export function nanCode(format: FloatFormat): number | undefined {
  const codes = codesPerSign(format);
  const quiet = codes - 2 ** (format.mantissaBits - 1);
  const code: Record<FloatFormat["specials"], number | undefined> = {
    ieee: format.mantissaBits > 0 ? quiet : undefined,
    fn: codes - 1,
    fnuz: codes,
    none: undefined,
    e8m0: codes - 1,
  };
  return code[format.specials];
}

/** The largest finite value. */
export const maxFinite = (format: FloatFormat): number => decodeMagnitude(format, largestCode(format));

/** The smallest value above zero, subnormals included. */
export const minPositive = (format: FloatFormat): number =>
  decodeMagnitude(format, format.specials === "e8m0" ? 0 : 1);

/** floor(log2 of the largest finite value): the emax of MX block scaling. (OCP MX 1.0, §6.3) */
export const largestExponent = (format: FloatFormat): number => floorLog2(maxFinite(format));

/** The value of a code in [0, 2^bits). Exact. */
export function decode(format: FloatFormat, code: number): number {
  const codes = codesPerSign(format);
  const negative = code >= codes;
  const magnitude = negative ? code - codes : code;
  if (format.specials === "fnuz" && negative && magnitude === 0) return Number.NaN;
  if (magnitude > largestCode(format)) return decodeSpecial(format, negative, magnitude);
  const value = decodeMagnitude(format, magnitude);
  return negative ? -value : value;
}

const tables = new WeakMap<FloatFormat, Float64Array>();

/** f64[2^bits], the value of every code, for formats of at most 16 bits; shared between callers, so read only. */
export function decodeTable(format: FloatFormat): Float64Array {
  const known = tables.get(format);
  if (known !== undefined) return known;
  const bits = bitsOf(format);
  if (bits > 16) throw new Error(`internal error: a decode table for ${bits} bits, at most 16 expected`);
  const table = Float64Array.from({ length: 2 ** bits }, (_, code) => decode(format, code));
  tables.set(format, table);
  return table;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Exact floor(log2(x)) of a finite x > 0, from its bit pattern: Math.log2 is wrong just below powers of two. */
export function floorLog2(x: number): number {
  // Scaling an f64 subnormal by 2^52 is exact and makes it normal.
  if (x < 2 ** -1022) return floorLog2(x * 2 ** 52) - 52;
  scratch[0] = x;
  return ((words[littleEndian ? 1 : 0]! >>> 20) & 0x7ff) - 1023;
}

function decodeMagnitude({ mantissaBits, bias, specials }: FloatFormat, magnitude: number): number {
  if (specials === "e8m0") return 2 ** (magnitude - bias);
  const hidden = 2 ** mantissaBits;
  const field = Math.floor(magnitude / hidden);
  const mantissa = magnitude - field * hidden;
  return field === 0
    ? mantissa * 2 ** (1 - bias - mantissaBits)
    : (hidden + mantissa) * 2 ** (field - bias - mantissaBits);
}

function decodeSpecial(format: FloatFormat, negative: boolean, magnitude: number): number {
  if (magnitude !== infinityCode(format)) return Number.NaN;
  return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function signedFormat(
  name: string,
  [exponentBits, mantissaBits, bias]: readonly [number, number, number],
  specials: FloatFormat["specials"],
): FloatFormat {
  return { name, signed: true, exponentBits, mantissaBits, bias, specials };
}
