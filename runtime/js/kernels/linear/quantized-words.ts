import { type Expression, type Local, op } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { type Piece, QUADS, shiftRight, splat32, stepVectors } from "./quantized-packing.ts";

/**
 * Where the code of a depth of a step and a quad of columns is. A 32-bit word has as many whole codes as fit; what is
 * left at the top of the words is the last codes of the step, in pieces: nothing is wasted.
 */
export function wordPieces(bits: number, depth: number, quad: number): readonly Piece[] {
  const code = depth * QUADS + quad;
  const whole = Math.floor(32 / bits);
  const left = 32 % bits;
  const word = Math.floor(code / whole);
  if (word < stepVectors(bits)) return [{ vector: word, from: (code % whole) * bits, width: bits, low: 0 }];
  const pieces: Piece[] = [];
  const start = (code - stepVectors(bits) * whole) * bits;
  for (let low = 0; low < bits; ) {
    const within = (start + low) % left;
    const width = Math.min(bits - low, left - within);
    pieces.push({ vector: Math.floor((start + low) / left), from: 32 - left + within, width, low });
    low += width;
  }
  return pieces;
}

/** The mask of `topCodes`, in a variable that outlives loops. */
export const topMask = (f: FunctionBuilder, bits: number): Local => f.let(splat32(-1 << (32 - bits)));

/** Codes (i32x4) of one depth and quad at the top of words whose other bits are zero: times 2^(32 - bits). */
export function topCodes(
  vectors: readonly Expression[],
  bits: number,
  mask: Expression,
  { depth, quad }: { readonly depth: number; readonly quad: number },
): Expression {
  const parts = wordPieces(bits, depth, quad).map(({ vector, from, width, low }) => {
    const to = 32 - bits + low;
    const moved = shiftRight(vectors[vector]!, from - to);
    // A shift that leaves nothing else needs no mask.
    if (from === 0 && width === bits) return moved;
    return op("v128.and", moved, width === bits ? mask : splat32(((1 << width) - 1) << to));
  });
  return parts.reduce((all, part) => op("v128.or", all, part));
}
