import { type Expression, i32, type Local, op, v128 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";

/** Columns that a unit of work computes, and that stand side by side in a packed weight. */
export const PANEL = 16;
/** Columns of a vector of floats, and how many of these a panel has. */
export const QUAD = 4;
export const QUADS = PANEL / QUAD;

/**
 * Where the codes of a panel are. words: column 4q + i in lane i of four 32-bit words, every code of a depth beside the
 * others of its lane, for decoding by masks. bytes: column i in byte i, for lookups of bytes.
 */
export type Layout = "words" | "bytes";

/** Bits of codes that are stored together: `bits` of them, from bit `low` of the code. */
interface Plane {
  readonly bits: number;
  readonly low: number;
}

/** Codes of 1 to 8 bits are cut into planes of 8, 4, 2 and 1 bits, widest first, which fill bytes without gaps. */
export const planesOf = (bits: number): readonly Plane[] =>
  [8, 4, 2, 1].filter((size) => bits & size).map((size) => ({ bits: size, low: bits & ~(2 * size - 1) }));

/** Depths that are packed together, so that every plane fills whole vectors. */
export const stepOf = (bits: number): number => Math.max(...planesOf(bits).map((plane) => 8 / plane.bits));
/** Bytes of one step of a panel. */
export const stepBytes = (bits: number): number => (stepOf(bits) * bits * PANEL) / 8;

/** Bit of a vector's lane where the field of a depth of its own and a quad of columns begins, in words. */
const wordBit = (first: number, bits: number, depth: number, quad: number): number => {
  const ratio = first / bits;
  return first * quad + (depth % ratio) * bits + QUADS * first * Math.floor(depth / ratio);
};

interface Field {
  readonly byte: number;
  readonly shift: number;
  readonly low: number;
  readonly mask: number;
}

/** Fields of each code of a step, [step, PANEL] lists, in the order of the planes. */
function fieldsOf(layout: Layout, bits: number): readonly (readonly Field[])[] {
  const planes = planesOf(bits);
  const first = planes[0]!.bits;
  return Array.from({ length: stepOf(bits) * PANEL }, (_, code) => {
    const depth = Math.floor(code / PANEL);
    const column = code % PANEL;
    let before = 0;
    return planes.map(({ bits: size, low }) => {
      const within = depth % (8 / size);
      const vector = before + Math.floor(depth / (8 / size));
      before += (stepOf(bits) * size) / 8;
      const bit =
        layout === "bytes"
          ? 8 * column + size * within
          : 32 * (column % QUAD) + wordBit(first, size, within, Math.floor(column / QUAD));
      return { byte: 16 * vector + (bit >> 3), shift: bit & 7, low, mask: (1 << size) - 1 };
    });
  });
}

/** How codes are written to and read from bytes: `code(k, i)` is that of depth k and column i of a panel. */
export interface CodePacking {
  pack(bytes: Uint8Array, offset: number, depth: number, code: (k: number, column: number) => number): void;
  unpack(
    bytes: Uint8Array,
    offset: number,
    depth: number,
    put: (k: number, column: number, code: number) => void,
  ): void;
}

/** Packing of a panel's codes over any depth, which is filled up to whole steps with zeros. */
export function codePacking(layout: Layout, bits: number): CodePacking {
  const fields = fieldsOf(layout, bits);
  const step = stepOf(bits);
  const size = stepBytes(bits);
  return {
    pack(bytes, offset, depth, code) {
      for (let k = 0; k < depth; k++) {
        const start = offset + Math.floor(k / step) * size;
        for (let column = 0; column < PANEL; column++) {
          const value = code(k, column);
          for (const { byte, shift, low, mask } of fields[(k % step) * PANEL + column]!)
            bytes[start + byte]! |= ((value >> low) & mask) << shift;
        }
      }
    },
    unpack(bytes, offset, depth, put) {
      for (let k = 0; k < depth; k++) {
        const start = offset + Math.floor(k / step) * size;
        for (let column = 0; column < PANEL; column++) {
          let value = 0;
          for (const { byte, shift, low, mask } of fields[(k % step) * PANEL + column]!)
            value |= ((bytes[start + byte]! >> shift) & mask) << low;
          put(k, column, value);
        }
      }
    },
  };
}

/** Loads what `count` ≤ step depths of a step need: vectors by plane. */
export function loadStep(f: FunctionBuilder, address: Expression, bits: number, count: number): Local[][] {
  let offset = 0;
  return planesOf(bits).map(({ bits: size }) => {
    const vectors = Math.ceil((count * size) / 8);
    const loaded = Array.from({ length: vectors }, (_, i) =>
      f.let(load("v128.load", address, offset + 16 * i)),
    );
    offset += 2 * stepOf(bits) * size;
    return loaded;
  });
}

/** Power of two that the code of a quad comes times where `wordCodes` leaves it. */
export const wordExponent = (bits: number, quad: number): number =>
  bits === 8 && quad === 3 ? 16 : planesOf(bits)[0]!.bits * quad;

/** Codes (i32x4, times 2^wordExponent) of one depth of a step and all quads. */
export function wordCodes(
  f: FunctionBuilder,
  planes: readonly (readonly Local[])[],
  bits: number,
  depth: number,
  masks: readonly (readonly Expression[])[],
): Expression[] {
  const first = planesOf(bits)[0]!.bits;
  const shifted = planesOf(bits).map(({ bits: size, low }, plane) => {
    const vector = planes[plane]![Math.floor(depth / (8 / size))]!;
    const by = wordBit(first, size, depth % (8 / size), 0) - low;
    return by === 0 ? vector : f.let(shiftRight(vector, by));
  });
  return Array.from({ length: QUADS }, (_, quad) =>
    shifted
      .map((vector, plane) =>
        // The last byte of four would end in the sign.
        op("v128.and", bits === 8 && quad === 3 ? shiftRight(vector, 8) : vector, masks[plane]![quad]!),
      )
      .reduce((all, part) => op("v128.or", all, part)),
  );
}

/** Masks of `wordCodes`, in locals that outlive loops: by plane and quad. */
export const wordMasks = (f: FunctionBuilder, bits: number): Local[][] =>
  planesOf(bits).map(({ bits: size, low }) =>
    Array.from({ length: QUADS }, (_, quad) =>
      f.let(splat32(((1 << size) - 1) << (low + wordExponent(bits, quad)))),
    ),
  );

/** Codes (16 bytes) of one depth of a step. */
export function byteCodes(
  f: FunctionBuilder,
  planes: readonly (readonly Local[])[],
  bits: number,
  depth: number,
): Local {
  const parts = planesOf(bits).map(({ bits: size, low }, plane) => {
    const vector = planes[plane]![Math.floor(depth / (8 / size))]!;
    if (size === 8) return vector;
    const mask = ((1 << size) - 1) << low;
    return op("v128.and", shiftRight(vector, (depth % (8 / size)) * size - low), splat8(mask));
  });
  return f.let(parts.reduce((all, part) => op("v128.or", all, part)));
}

export const shiftRight = (vector: Expression, by: number): Expression =>
  by === 0 ? vector : by > 0 ? op("i32x4.shr_u", vector, by) : op("i32x4.shl", vector, -by);
/** Constants of equal bytes and of equal words. */
export const splat8 = (value: number): Expression => v128(new Uint8Array(16).fill(value));
export const splat32 = (value: number): Expression => op("i32x4.splat", i32(value));
