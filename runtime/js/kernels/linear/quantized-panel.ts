import { type Expression, i32, type Local, op, v128 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";

/** Columns that a unit of work computes, and that stand side by side in a packed weight. */
export const PANEL = 16;
/** Columns of a vector of floats, and how many of these a panel has. */
export const QUAD = 4;
export const QUADS = PANEL / QUAD;

/**
 * Where the codes of a panel are. words: column 4q + i in lane i of four 32-bit words, as the arithmetic of floats takes
 * them. bytes: column i in byte i, for lookups of bytes.
 */
export type Layout = "words" | "bytes";

/** Part of a code: `width` bits, from bit `low` of it, which are at bit `from` of a lane of a vector of its step. */
export interface Piece {
  readonly vector: number;
  readonly from: number;
  readonly width: number;
  readonly low: number;
}

/** Bytes of a row of a panel in f32. */
export const ROW_BYTES = 4 * PANEL;
/** Bytes of half of it: a decoded panel has one half of all its rows, then the other. */
export const HALF_BYTES = ROW_BYTES / 2;

/** Depths that are packed together, so that the codes of a panel fill whole vectors. */
export const stepOf = (bits: number): number => [1, 2, 4, 8].find((step) => (step * bits) % 8 === 0) ?? 8;
/** Vectors, and bytes, of the codes of a panel in one step. */
export const stepVectors = (bits: number): number => (stepOf(bits) * bits) / 8;
export const stepBytes = (bits: number): number => 16 * stepVectors(bits);

/** Loads the vectors of a step. */
export const loadStep = (f: FunctionBuilder, address: Expression, bits: number): Local[] =>
  Array.from({ length: stepVectors(bits) }, (_, i) => f.let(load("v128.load", address, 16 * i)));

/** Words moved towards their lowest bit, or by a negative number towards their highest. */
export const shiftRight = (vector: Expression, by: number): Expression => {
  if (by === 0) return vector;
  return by > 0 ? op("i32x4.shr_u", vector, by) : op("i32x4.shl", vector, -by);
};
/** Constants of equal bytes and of equal words. */
export const splat8 = (value: number): Expression => v128(new Uint8Array(16).fill(value));
export const splat32 = (value: number): Expression => op("i32x4.splat", i32(value));
