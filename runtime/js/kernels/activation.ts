import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import {
  atMost,
  choose,
  copySign,
  exponential,
  hyperbolicTangent,
  polynomial,
  sigmoid,
  splat,
  splatInteger,
} from "./vector-math.ts";

/**
 * What a linear kernel can apply to its outputs, as the ops of these names do; `gelu_tanh` is `nn.gelu` with
 * `approximation = tanh`.
 */
export type Activation = "relu" | "silu" | "sigmoid" | "tanh" | "gelu" | "gelu_tanh";

/**
 * An activation of four floats. NaN gives NaN; -infinity gives NaN for silu and both gelus, as x · 0.
 * Within 4 units in the last place of what is larger, the result or 2^-122; `gelu_tanh`, whose exponent is rounded
 * before it is raised, within 4 + 4|x| + |x|³ / 4 of them at x.
 */
export function activate(f: FunctionBuilder, activation: Activation, x: Local): Expression {
  switch (activation) {
    case "relu":
      return op("f32x4.max", x, splat(0));
    case "silu":
      return op("f32x4.mul", x, sigmoid(f, x));
    case "sigmoid":
      return sigmoid(f, x);
    case "tanh":
      return hyperbolicTangent(f, x);
    case "gelu":
      return gelu(f, x);
    case "gelu_tanh":
      return geluByTanh(f, x);
    default:
      return unreachable(`activation ${activation satisfies never}`);
  }
}

/**
 * x Φ(x) with the normal distribution Φ(-u) = e^(-u²/2) P((u - 4) / (u + 4)) / (1 + u); P is fitted at Chebyshev nodes
 * of 0 ≤ u ≤ 15, with a relative error of 2.5e-9. The square of the 12 leading bits of u is exact, and what
 * they leave of u² corrects the exponential.
 */
function gelu(f: FunctionBuilder, x: Local): Expression {
  const u = f.let(atMost(op("f32x4.abs", x), 15));
  const leading = f.let(op("v128.and", u, splatInteger(-4096)));
  const square = op("f32x4.mul", op("f32x4.mul", leading, leading), splat(-0.5));
  const rest = op("f32x4.mul", op("f32x4.sub", leading, u), op("f32x4.add", leading, u));
  const power = exponential(f, square, op("f32x4.mul", rest, splat(0.5)));
  const q = f.let(op("f32x4.div", op("f32x4.sub", u, splat(4)), op("f32x4.add", u, splat(4))));
  const p = polynomial(
    q,
    [
      -0.0000743745404179208, -0.00006673718598904088, 0.0006908448413014412, -0.0002999187563546002,
      -0.005002140998840332, 0.017939450219273567, -0.03219781443476677, 0.02860003337264061,
      0.013999636285007, -0.09670346975326538, 0.472053200006485,
    ],
  );
  const tail = f.let(op("f32x4.mul", power, op("f32x4.div", p, op("f32x4.add", u, splat(1)))));
  return op("f32x4.mul", x, choose(op("f32x4.lt", x, splat(0)), tail, op("f32x4.sub", splat(1), tail)));
}

/** x sigmoid(2 v), which is x / 2 (1 + tanh v), with v = √(2/π) (x + 0.044715 x³). */
function geluByTanh(f: FunctionBuilder, x: Local): Expression {
  const cubic = op("f32x4.mul", op("f32x4.mul", op("f32x4.mul", x, x), splat(0.044715)), x);
  const argument = op("f32x4.mul", op("f32x4.add", x, cubic), splat(2 * Math.sqrt(2 / Math.PI)));
  return op("f32x4.mul", x, sigmoid(f, f.let(argument)));
}

/**
 * The error function, within 2 units in the last place: an odd polynomial below 0.927734375, from there on
 * 1 - e^(polynomial); it rounds to 1 from 4 on. Coefficients are fitted for f32.
 */
export function errorFunction(f: FunctionBuilder, x: Local): Expression {
  const u = f.let(atMost(op("f32x4.abs", x), 4));
  const square = f.let(op("f32x4.mul", x, x));
  const inner = polynomial(
    square,
    [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1],
  );
  const near = op("f32x4.add", op("f32x4.mul", inner, x), x);
  const outer = polynomial(
    u,
    [
      -1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1,
      -1.28717512e-1, 0,
    ],
  );
  const power = exponential(f, op("f32x4.sub", outer, u));
  const far = copySign(op("f32x4.sub", splat(1), power), x);
  return choose(op("f32x4.gt", u, splat(0.927734375)), far, near);
}
