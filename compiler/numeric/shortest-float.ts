import { floorLog2 } from "./float-format.ts";

/**
 * The shortest decimal that reads back, by Math.fround(Number(text)), as the f32 nearest to x, with a dot and
 * digits on both sides as MLIR wants; exponent form below 1e-4 and from 1e+16. Undefined for ±∞ and NaN.
 */
export function printFloat32(x: number): string | undefined {
  const magnitude = Math.abs(Math.fround(x));
  if (!Number.isFinite(magnitude)) return undefined;
  // Most weights need 7 digits and more, so one trial decides whether to begin with 1.
  const first = decimalOf(magnitude, 5) === undefined ? 6 : 0;
  for (let fractionDigits = first; fractionDigits < 8; fractionDigits++) {
    const decimal = decimalOf(magnitude, fractionDigits);
    if (decimal !== undefined) return signOf(x) + layOut(decimal);
  }
  // Nine digits tell every f32 apart.
  return signOf(x) + layOut(magnitude.toExponential(8));
}

/** As printFloat32, for the f64 x itself. */
export const printFloat64 = (x: number): string | undefined =>
  // Without an argument toExponential gives as many digits as identify the f64, and no more.
  Number.isFinite(x) ? signOf(x) + layOut(Math.abs(x).toExponential()) : undefined;

/** A decimal with this many digits after the first that reads back as the f32 `magnitude`, in scientific form. */
function decimalOf(magnitude: number, fractionDigits: number): string | undefined {
  const readsBack = (text: string): boolean => Math.fround(Number(text)) === magnitude;
  const nearest = magnitude.toExponential(fractionDigits);
  if (readsBack(nearest)) return nearest;
  // The next f32 above a power of two is twice as far as the one below, so there a decimal further up may do:
  // 1.2621775e-29 is 2^-96 and the nearer 1.2621774e-29 is not.
  if (2 ** floorLog2(magnitude) !== magnitude) return undefined;
  const step = 10 ** (Number(nearest.split("e")[1]) - fractionDigits);
  const above = (Number(nearest) + step).toExponential(fractionDigits);
  return readsBack(above) ? above : undefined;
}

const signOf = (x: number): string => (x < 0 || Object.is(x, -0) ? "-" : "");

/** Lays out a number in JavaScript's scientific form: digit, optional fraction, "e", signed exponent. */
function layOut(scientific: string): string {
  const [mantissa = "", exponentText = ""] = scientific.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return `${whole}.${fraction || "0"}e${exponentText}`;
  const digits = whole + fraction;
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const beforeDot = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${beforeDot}.${digits.slice(exponent + 1) || "0"}`;
}
