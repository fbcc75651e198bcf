import { type Expression, i64, type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { joinHalves, shuffleLanes, upperHalf } from "./lanes.ts";
import { choose, splatDouble } from "./vector-math.ts";

const splatLong = (value: number | bigint): Expression => op("i64x2.splat", i64(value));

/**
 * left to the power of right of four floats, as IEEE 754 and C have it: 1 to any power is 1, and so are any number to
 * the power 0 and -1 to that of an infinity. 2^(right log2 left) in f64, within 1 unit in the last place.
 */
export function raise(f: FunctionBuilder, left: Local, right: Local): Expression {
  const half = (vector: Expression) => f.let(op("f64x2.promote_low_f32x4", vector));
  const low = raiseDoubles(f, half(left), half(right));
  const high = raiseDoubles(f, half(upperHalf(left)), half(upperHalf(right)));
  const [first, second] = [op("f32x4.demote_f64x2_zero", low), op("f32x4.demote_f64x2_zero", high)];
  return joinHalves(first, second);
}

/** Of two doubles that are floats: their exponents are in the range of normal doubles, or they are special. */
function raiseDoubles(f: FunctionBuilder, base: Local, exponent: Local): Expression {
  const infinity = splatDouble(Number.POSITIVE_INFINITY);
  const magnitude = f.let(op("f64x2.abs", base));
  const product = f.let(op("f64x2.mul", exponent, binaryLogarithm(f, magnitude)));
  const result = f.let(powerOfTwo(f, product));
  // Half of an even number is whole; floats from 2^24 on are even.
  const isWhole = op("f64x2.eq", exponent, op("f64x2.trunc", exponent));
  const half = f.let(op("f64x2.mul", exponent, splatDouble(0.5)));
  const isOdd = op("v128.and", isWhole, op("f64x2.ne", half, op("f64x2.trunc", half)));
  const sign = op("v128.and", op("v128.and", base, isOdd), splatLong(-(2n ** 63n)));
  // Negative numbers other than -0 and -infinity have roots of no real value.
  const isNegative = op(
    "v128.and",
    op("f64x2.lt", base, splatDouble(0)),
    op("f64x2.lt", magnitude, infinity),
  );
  const isReal = op("v128.or", isWhole, op("v128.not", isNegative));
  f.set(result, choose(isReal, op("v128.or", result, sign), splatDouble(Number.NaN)));
  const isInfinite = op("f64x2.eq", op("f64x2.abs", exponent), infinity);
  const isOne = op(
    "v128.or",
    op("v128.or", op("f64x2.eq", base, splatDouble(1)), op("f64x2.eq", exponent, splatDouble(0))),
    op("v128.and", op("f64x2.eq", base, splatDouble(-1)), isInfinite),
  );
  return f.let(choose(isOne, splatDouble(1), result));
}

/** log2 of two doubles that are not negative, with a relative error near 2^-50: -infinity at 0. */
export function binaryLogarithm(f: FunctionBuilder, x: Local): Local {
  const root = splatLong(0x3fe6a09e667f3bcdn);
  const shifted = f.let(op("i64x2.sub", x, root));
  const whole = f.let(op("i64x2.shr_s", shifted, 52));
  const mantissa = f.let(op("i64x2.add", op("v128.and", shifted, splatLong(0xfffffffffffffn)), root));
  const n = op("f64x2.convert_low_i32x4_s", shuffleLanes(whole, whole, [0, 2, 0, 2]));
  const ratio = op("f64x2.sub", mantissa, splatDouble(1));
  const s = f.let(op("f64x2.div", ratio, op("f64x2.add", mantissa, splatDouble(1))));
  // 2 / ln 2 · artanh s; the terms fall below 2^-55 after ten of them, as s² < 0.0295.
  const factors = Array.from({ length: 11 }, (_, i) => 2 / Math.LN2 / (2 * (10 - i) + 1));
  const series = doublePolynomial(f.let(op("f64x2.mul", s, s)), factors);
  const result = f.let(op("f64x2.add", n, op("f64x2.mul", series, s)));
  f.set(result, choose(op("f64x2.eq", x, splatDouble(0)), splatDouble(Number.NEGATIVE_INFINITY), result));
  return f.let(choose(op("f64x2.lt", x, splatDouble(Number.POSITIVE_INFINITY)), result, x));
}

/** 2^x of two doubles, with a relative error near 2^-50; 0 below -1000, infinite above 1000. */
function powerOfTwo(f: FunctionBuilder, x: Local): Expression {
  const bounded = f.let(op("f64x2.min", op("f64x2.max", x, splatDouble(-1000)), splatDouble(1000)));
  const n = f.let(op("f64x2.nearest", bounded));
  const r = f.let(op("f64x2.mul", op("f64x2.sub", bounded, n), splatDouble(Math.LN2)));
  const factors = [1];
  for (let i = 1; i <= 13; i++) factors.unshift(factors[0]! / i);
  const exponent = op("i64x2.extend_low_i32x4_s", op("i32x4.trunc_sat_f64x2_s_zero", n));
  const power = op("i64x2.shl", op("i64x2.add", exponent, splatLong(1023)), 52);
  return op("f64x2.mul", doublePolynomial(r, factors), power);
}

const doublePolynomial = (x: Local, coefficients: readonly number[]): Expression =>
  coefficients
    .slice(1)
    .reduce<Expression>(
      (value, coefficient) => op("f64x2.add", op("f64x2.mul", value, x), splatDouble(coefficient)),
      splatDouble(coefficients[0] ?? 0),
    );
