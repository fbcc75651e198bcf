import { type Expression, type Local, op } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { type Piece, QUADS, shiftRight, splat32, stepVectors } from "./quantized-panel.ts";

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

/** A code's place in a step. */
export interface CodePlace {
  readonly depth: number;
  readonly quad: number;
}

/** Codes (i32x4) of one depth and quad, the lowest bit at bit `to` of words; below and above may be anything. */
export function movedCodes(
  vectors: readonly Expression[],
  bits: number,
  place: CodePlace,
  to: number,
): Expression {
  const parts = wordPieces(bits, place.depth, place.quad).map(({ vector, from, width, low }) => {
    const moved = shiftRight(vectors[vector]!, from - to - low);
    return width === bits ? moved : op("v128.and", moved, splat32(((1 << width) - 1) << (to + low)));
  });
  return parts.reduce((all, part) => op("v128.or", all, part));
}

/** The mask of `topCodes`, in a variable that outlives loops. */
export const topMask = (f: FunctionBuilder, bits: number): Local => f.let(splat32(-1 << (32 - bits)));

/** Codes (i32x4) of one depth and quad at the top of words whose other bits are zero: times 2^(32 - bits). */
export function topCodes(
  vectors: readonly Expression[],
  bits: number,
  mask: Expression,
  place: CodePlace,
): Expression {
  const moved = movedCodes(vectors, bits, place, 32 - bits);
  const [first] = wordPieces(bits, place.depth, place.quad);
  // Codes in pieces are masked already, and moving the lowest code up leaves nothing else.
  return first!.width < bits || first!.from === 0 ? moved : op("v128.and", moved, mask);
}
