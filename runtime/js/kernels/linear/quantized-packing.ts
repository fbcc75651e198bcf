import { bytePieces } from "./quantized-bytes.ts";
import { type Layout, PANEL, QUAD, stepBytes, stepOf } from "./quantized-panel.ts";
import { wordPieces } from "./quantized-words.ts";

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
