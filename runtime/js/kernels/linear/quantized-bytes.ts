import { type Expression, type Local, op } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { type Piece, shiftRight, splat8, stepOf } from "./quantized-panel.ts";

/** Where the codes of a depth of a step are: in planes of 8, 4, 2 and 1 bits, widest first, that fill bytes wholly. */
export function bytePieces(bits: number, depth: number): readonly Piece[] {
  const widths = [8, 4, 2, 1].filter((width) => bits & width);
  let before = 0;
  return widths.map((width) => {
    const perByte = 8 / width;
    const vector = before + Math.floor(depth / perByte);
    before += stepOf(bits) / perByte;
    // Wider planes have the lower bits of a code.
    return { vector, from: (depth % perByte) * width, width, low: bits & ~(2 * width - 1) };
  });
}

/** Codes (16 bytes, one per column) of one depth of a step. */
export function byteCodes(
  f: FunctionBuilder,
  vectors: readonly Expression[],
  bits: number,
  depth: number,
): Local {
  const parts = bytePieces(bits, depth).map(({ vector, from, width, low }) =>
    width === 8
      ? vectors[vector]!
      : op("v128.and", shiftRight(vectors[vector]!, from - low), splat8(((1 << width) - 1) << low)),
  );
  return f.let(parts.reduce((all, part) => op("v128.or", all, part)));
}

/** Bytes, and pairs of bytes, of two vectors in turn: of their lower and their upper halves. */
const interleave = (size: number, start: number): number[] =>
  Array.from({ length: 16 }, (_, i) => {
    const item = Math.floor(i / (2 * size));
    const vector = Math.floor(i / size) % 2;
    return 16 * vector + start + item * size + (i % size);
  });
export const interleaveBytes = [interleave(1, 0), interleave(1, 8)];
export const interleavePairs = [interleave(2, 0), interleave(2, 8)];
