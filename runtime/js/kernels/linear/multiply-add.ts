import { type Expression, op } from "../../assembler/expression.ts";
import type { Features } from "../../kernel.ts";

/** total + left · right of four floats: two roundings; with relaxed SIMD, where the machine fuses them, one. */
export const multiplyAdd = (
  features: Features,
  total: Expression,
  left: Expression,
  right: Expression,
): Expression =>
  features.relaxed
    ? op("f32x4.relaxed_madd", left, right, total)
    : op("f32x4.add", total, op("f32x4.mul", left, right));
