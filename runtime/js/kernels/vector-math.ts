import { type Expression, f32, f64, i32, type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";

/** A vector of four equal floats. */
export const splat = (value: number): Expression => op("f32x4.splat", f32(value));

/** A vector of two equal doubles. */
export const splatDouble = (value: number): Expression => op("f64x2.splat", f64(value));

/**
 * e^(x + correction) of four floats, within 2 units in the last place; 0 below -104, infinite above 89, NaN of NaN.
 * The correction, up to 2^-3 in magnitude, is what rounding has taken from x; none is 0.
 * x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by the polynomial of Cephes' expf; 2^n in two factors, so that results
 * below the smallest normal number are rounded once, not lost.
 */
export function exponential(f: FunctionBuilder, x: Expression, correction?: Expression): Local {
  const bounded = f.let(atMost(atLeast(x, -104), 89));
  const shifted = f.let(op("f32x4.add", op("f32x4.mul", bounded, splat(Math.LOG2E)), splat(WHOLE)));
  const n = f.let(op("f32x4.sub", shifted, splat(WHOLE)));
  const high = op("f32x4.sub", bounded, op("f32x4.mul", n, splat(LN2_HIGH)));
  const r = f.let(op("f32x4.sub", high, op("f32x4.mul", n, splat(LN2_LOW))));
  if (correction) f.set(r, op("f32x4.add", r, correction));
  const coefficients = [
    1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  ];
  const p = polynomial(r, coefficients);
  const tail = op("f32x4.add", op("f32x4.mul", op("f32x4.mul", p, r), r), r);
  const power = f.let(op("f32x4.add", tail, splat(1)));
  const exponent = f.let(wholeOf(shifted));
  const half = f.let(op("i32x4.shr_s", exponent, 1));
  f.set(power, op("f32x4.mul", power, powerOfTwo(half)));
  f.set(power, op("f32x4.mul", power, powerOfTwo(op("i32x4.sub", exponent, half))));
  return power;
}

/**
 * 3 · 2^22: its neighbours are 1 apart, so a sum with a smaller magnitude is that rounded to a whole number, half to
 * even, and has it in its lower bits. Engines take several instructions to convert or to round, and one to add.
 */
export const WHOLE = 3 * 2 ** 22;

/** The whole numbers (i32x4) in sums with `WHOLE`. */
export const wholeOf = (sums: Expression): Expression => op("i32x4.sub", sums, splatInteger(0x4b400000));

/** The larger, or the smaller, of numbers and a bound: one instruction each, unlike max and min. NaN stays. */
export const atLeast = (x: Expression, bound: number): Expression => op("f32x4.pmax", x, splat(bound));
export const atMost = (x: Expression, bound: number): Expression => op("f32x4.pmin", x, splat(bound));

/** ln 2 in two parts; the product of the first, of 9 bits, with a whole number of 15 bits is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444005469057e-4;

/** 2^n of four integers from -126 to 127. */
const powerOfTwo = (n: Expression): Expression => op("i32x4.shl", op("i32x4.add", n, splatInteger(127)), 23);

/** A vector of four equal integers. */
export const splatInteger = (value: Expression | number): Expression =>
  op("i32x4.splat", typeof value === "number" ? i32(value) : value);

/** By Horner's rule, highest coefficient first. */
export const polynomial = (x: Expression, coefficients: readonly number[]): Expression =>
  coefficients
    .slice(1)
    .reduce<Expression>(
      (value, coefficient) => op("f32x4.add", op("f32x4.mul", value, x), splat(coefficient)),
      splat(coefficients[0] ?? 0),
    );

/** `whenTrue` in the lanes that the mask has set. */
export const choose = (mask: Expression, whenTrue: Expression, whenFalse: Expression): Expression =>
  op("v128.bitselect", whenTrue, whenFalse, mask);

/** The magnitude of one vector under the signs of another. */
export const copySign = (magnitude: Expression, sign: Expression): Expression =>
  choose(splatInteger(-0x80000000), sign, magnitude);

/** 1 / (1 + e^-x), within 4 units in the last place. */
export function sigmoid(f: FunctionBuilder, x: Local): Expression {
  const power = exponential(f, op("f32x4.neg", op("f32x4.abs", x)));
  const numerator = choose(op("f32x4.ge", x, splat(0)), splat(1), power);
  return op("f32x4.div", numerator, op("f32x4.add", power, splat(1)));
}

/** Within 3 units in the last place; Cephes' tanhf: a polynomial below 5/8, e^2x from there on. */
export function hyperbolicTangent(f: FunctionBuilder, x: Local): Local {
  const magnitude = f.let(op("f32x4.abs", x));
  const power = exponential(f, op("f32x4.add", magnitude, magnitude));
  const quotient = op("f32x4.div", splat(2), op("f32x4.add", power, splat(1)));
  const square = f.let(op("f32x4.mul", x, x));
  const p = polynomial(
    square,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const near = op("f32x4.add", op("f32x4.mul", op("f32x4.mul", p, square), x), x);
  const far = op("f32x4.sub", splat(1), quotient);
  return f.let(copySign(choose(op("f32x4.lt", magnitude, splat(0.625)), near, far), x));
}

/**
 * The natural logarithm, within 3 units in the last place: -infinity at zeros, NaN below. Cephes' logf on
 * x = m 2^n with √½ ≤ m < √2; numbers below the smallest normal one are scaled first.
 */
export function logarithm(f: FunctionBuilder, x: Local): Local {
  const isSmall = f.let(op("f32x4.lt", x, splat(2 ** -126)));
  const scaled = f.let(choose(isSmall, op("f32x4.mul", x, splat(2 ** 24)), x));
  // Taking √½ from the bits before the exponent is cut out rounds it so that m is in its range.
  const root = splatInteger(0x3f3504f3);
  const shifted = f.let(op("i32x4.sub", scaled, root));
  const whole = op("i32x4.sub", op("i32x4.shr_s", shifted, 23), op("v128.and", isSmall, splatInteger(24)));
  const n = f.let(op("f32x4.convert_i32x4_s", whole));
  const mantissa = op("i32x4.add", op("v128.and", shifted, splatInteger(0x7fffff)), root);
  const r = f.let(op("f32x4.sub", mantissa, splat(1)));
  const square = f.let(op("f32x4.mul", r, r));
  const p = polynomial(
    r,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const y = f.let(op("f32x4.mul", op("f32x4.mul", p, r), square));
  f.set(y, op("f32x4.add", y, op("f32x4.mul", n, splat(LN2_LOW))));
  f.set(y, op("f32x4.sub", y, op("f32x4.mul", square, splat(0.5))));
  f.set(y, op("f32x4.add", op("f32x4.add", r, y), op("f32x4.mul", n, splat(LN2_HIGH))));
  f.set(y, choose(op("f32x4.lt", x, splat(Number.POSITIVE_INFINITY)), y, x));
  f.set(y, choose(op("f32x4.eq", x, splat(0)), splat(Number.NEGATIVE_INFINITY), y));
  return f.let(choose(op("f32x4.lt", x, splat(0)), splat(Number.NaN), y));
}
