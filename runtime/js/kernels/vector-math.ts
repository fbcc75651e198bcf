import { type Expression, f32, i32, type Local, op, v128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";

/** A vector of four equal floats. */
export const splat = (value: number): Expression => op("f32x4.splat", f32(value));

/**
 * e^x of four floats, within 2 units in the last place; 0 below -104, infinite above 89, NaN of NaN.
 * x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by the polynomial of Cephes' expf; 2^n in two factors, so that results
 * below the smallest normal number are rounded once, not lost.
 */
export function exponential(f: FunctionBuilder, x: Expression): Local {
  const bounded = f.let(op("f32x4.min", op("f32x4.max", x, splat(-104)), splat(89)));
  const n = f.let(op("f32x4.nearest", op("f32x4.mul", bounded, splat(Math.LOG2E))));
  const high = op("f32x4.sub", bounded, op("f32x4.mul", n, splat(0.693359375)));
  const r = f.let(op("f32x4.sub", high, op("f32x4.mul", n, splat(-2.1219444e-4))));
  const coefficients = [
    1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  ];
  const p = polynomial(r, coefficients);
  const tail = op("f32x4.add", op("f32x4.mul", op("f32x4.mul", p, r), r), r);
  const power = f.let(op("f32x4.add", tail, splat(1)));
  const exponent = f.let(op("i32x4.trunc_sat_f32x4_s", n));
  const half = f.let(op("i32x4.shr_s", exponent, 1));
  f.set(power, op("f32x4.mul", power, powerOfTwo(half)));
  f.set(power, op("f32x4.mul", power, powerOfTwo(op("i32x4.sub", exponent, half))));
  return power;
}

/** 2^n of four integers from -126 to 127. */
const powerOfTwo = (n: Expression): Expression =>
  op("i32x4.shl", op("i32x4.add", n, op("i32x4.splat", i32(127))), 23);

/** By Horner's rule, highest coefficient first. */
export const polynomial = (x: Expression, coefficients: readonly number[]): Expression =>
  coefficients
    .slice(1)
    .reduce<Expression>(
      (value, coefficient) => op("f32x4.add", op("f32x4.mul", value, x), splat(coefficient)),
      splat(coefficients[0] ?? 0),
    );

/** What a linear kernel can apply to its outputs, as `nn.relu` and `nn.silu` do. */
export type Activation = "relu" | "silu";

export function activate(f: FunctionBuilder, activation: Activation, x: Local): Expression {
  if (activation === "relu") return op("f32x4.max", x, v128(new Uint8Array(16)));
  const power = exponential(f, op("f32x4.neg", x));
  return op("f32x4.div", x, op("f32x4.add", power, splat(1)));
}
