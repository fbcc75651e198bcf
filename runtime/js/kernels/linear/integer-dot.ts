import { type Expression, i32, type Local, op, shuffle } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import type { IntegerCode } from "./integer-code.ts";

/** Adds to i32 sums the products of a vector of activations with one of codes. */
export const multiplyAdd = (
  { isNarrow }: IntegerCode,
  sums: Expression,
  activations: Expression,
  codes: Expression,
): Expression =>
  isNarrow
    ? op("i32x4.relaxed_dot_i8x16_i7x16_add_s", activations, codes, sums)
    : op("i32x4.add", sums, op("i32x4.dot_i16x8_s", activations, codes));

/** A vector of 16-bit lanes of one value. */
const splat16 = (value: number): Expression => op("i16x8.splat", i32(value));

/** Field `index` of each byte of a vector, as bytes. */
export function byteField(vector: Expression, bits: number, index: number): Expression {
  if (bits === 8) return vector;
  const mask = 2 ** bits - 1;
  const shifted = index === 0 ? vector : op("i16x8.shr_u", vector, bits * index);
  return op("v128.and", shifted, splat16(mask * 257));
}

/** Field `index`, counted through both bytes, of each 16-bit lane of a vector, as 16-bit lanes. */
export function laneField(vector: Expression, bits: number, index: number): Expression {
  const shifted = index === 0 ? vector : op("i16x8.shr_u", vector, bits * index);
  return (index + 1) * bits === 16 ? shifted : op("v128.and", shifted, splat16(2 ** bits - 1));
}

/** Sums of the lanes of four vectors (i32x4), as the lanes of one. */
export function sumsOfLanes(f: FunctionBuilder, [a, b, c, d]: readonly Local[]): Local {
  const joinedSums = (left: Local, right: Local, width: number): Local =>
    f.let(op("i32x4.add", interleave(left, right, width, 0), interleave(left, right, width, 8)));
  return joinedSums(joinedSums(a!, b!, 4), joinedSums(c!, d!, 4), 8);
}

/** Lanes of some bytes of either vector in turn, from a byte on. */
export const interleave = (left: Expression, right: Expression, width: number, from: number): Expression =>
  shuffle(
    left,
    right,
    Array.from({ length: 16 }, (_, byte) => {
      const lane = Math.floor(byte / (2 * width));
      const isRight = byte % (2 * width) >= width;
      return from + lane * width + (byte % width) + (isRight ? 16 : 0);
    }),
  );
