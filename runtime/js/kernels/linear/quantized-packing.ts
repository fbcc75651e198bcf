import { type Expression, i32, type Local, op, v128 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { bytePieces } from "./quantized-bytes.ts";
import { wordPieces } from "./quantized-words.ts";

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

/** Depths that are packed together, so that the codes of a panel fill whole vectors. */
export const stepOf = (bits: number): number => [1, 2, 4, 8].find((step) => (step * bits) % 8 === 0) ?? 8;
/** Vectors, and bytes, of the codes of a panel in one step. */
export const stepVectors = (bits: number): number => (stepOf(bits) * bits) / 8;
export const stepBytes = (bits: number): number => 16 * stepVectors(bits);

/** A piece within one byte of a step. */
interface BytePiece {
  readonly byte: number;
  readonly shift: number;
  readonly low: number;
  readonly mask: number;
}

/** Pieces of each code of a step, [step, PANEL] lists, cut at bytes. */
function bytePiecesOf(layout: Layout, bits: number): readonly (readonly BytePiece[])[] {
  return Array.from({ length: stepOf(bits) * PANEL }, (_, code) => {
    const depth = Math.floor(code / PANEL);
    const column = code % PANEL;
    const pieces =
      layout === "bytes" ? bytePieces(bits, depth) : wordPieces(bits, depth, Math.floor(column / QUAD));
    const lane = layout === "bytes" ? 8 * column : 32 * (column % QUAD);
    return pieces.flatMap(({ vector, from, width, low }) => {
      const cut: BytePiece[] = [];
      for (let done = 0; done < width; ) {
        const bit = lane + from + done;
        const size = Math.min(width - done, 8 - (bit & 7));
        cut.push({ byte: 16 * vector + (bit >> 3), shift: bit & 7, low: low + done, mask: (1 << size) - 1 });
        done += size;
      }
      return cut;
    });
  });
}

/** How the codes of a panel's run are written to bytes that are zero, and read back; k is the depth in the run. */
export interface CodePacking {
  pack(bytes: Uint8Array, offset: number, depth: number, code: (k: number, column: number) => number): void;
  unpack(
    bytes: Uint8Array,
    offset: number,
    depth: number,
    put: (k: number, column: number, code: number) => void,
  ): void;
}

/** Packing of codes over any depth, which is filled up to whole steps with zeros. */
export function codePacking(layout: Layout, bits: number): CodePacking {
  const pieces = bytePiecesOf(layout, bits);
  const step = stepOf(bits);
  const size = stepBytes(bits);
  return {
    pack(bytes, offset, depth, code) {
      for (let k = 0; k < depth; k++) {
        const start = offset + Math.floor(k / step) * size;
        for (let column = 0; column < PANEL; column++) {
          const value = code(k, column);
          for (const { byte, shift, low, mask } of pieces[(k % step) * PANEL + column]!)
            bytes[start + byte]! |= ((value >> low) & mask) << shift;
        }
      }
    },
    unpack(bytes, offset, depth, put) {
      for (let k = 0; k < depth; k++) {
        const start = offset + Math.floor(k / step) * size;
        for (let column = 0; column < PANEL; column++) {
          let value = 0;
          for (const { byte, shift, low, mask } of pieces[(k % step) * PANEL + column]!)
            value |= ((bytes[start + byte]! >> shift) & mask) << low;
          put(k, column, value);
        }
      }
    },
  };
}

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
