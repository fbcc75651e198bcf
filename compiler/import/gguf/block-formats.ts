import { decodeTable, namedFloatFormats } from "../../numeric/float-format.ts";
import { unpackNibbleHalves, unpackTernary } from "./codes.ts";

/** One block while it is read: its bytes, and where its numbers go. */
export interface BlockReader {
  readonly bytes: Uint8Array;
  /** First byte of the block. */
  readonly at: number;
  /** The codes of the block, `size` of them, to be filled. */
  readonly codes: Int32Array;
  /** The scales of the block, `size / group` of them, to be filled. */
  readonly scales: Float32Array;
  /** Likewise what is added to every value; of a format with `shifted` alone. */
  readonly shifts: Float32Array;
}

/** A tensor encoding of ggml: blocks of `size` neighbours of a row, `byteLength` bytes each. (ggml-common.h) */
export interface BlockFormat {
  /** ggml's number for the type. */
  readonly id: number;
  readonly size: number;
  readonly byteLength: number;
  /** Neighbours that share a scale; `size` where left out. */
  readonly group?: number;
  /** value = scale · code + shift instead of scale · code. */
  readonly shifted?: boolean;
  read(block: BlockReader): void;
}

const halves = decodeTable(namedFloatFormats.f16);
const powers = decodeTable(namedFloatFormats.f8E8M0FNU);
const unsignedE4M3 = decodeTable(namedFloatFormats.f8E4M3FN);
const half = (bytes: Uint8Array, at: number): number => halves[bytes[at]! | (bytes[at + 1]! << 8)]!;

/** Bits 16 … 19 above the nibbles: one more bit for each of 32 codes. */
const fifthBits = (bytes: Uint8Array, at: number, codes: Int32Array): void => {
  for (let index = 0; index < 32; index++)
    codes[index] = codes[index]! | (((bytes[at + (index >> 3)]! >> (index & 7)) & 1) << 4);
};

const subtract = (codes: Int32Array, origin: number): void => {
  for (let index = 0; index < codes.length; index++) codes[index] = codes[index]! - origin;
};

/** ggml has no −0 in E2M1: its code 8 is 0 as well. */
const withoutNegativeZero = (codes: Int32Array): void => {
  for (let index = 0; index < codes.length; index++) if (codes[index] === 8) codes[index] = 0;
};

/** The encodings that are read, by ggml's name. Codes are integers, but for iq4_nl (row of its table), mxfp4 and nvfp4 (code of E2M1). */
export const blockFormats = {
  q4_0: {
    id: 2,
    size: 32,
    byteLength: 18,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at);
      unpackNibbleHalves(bytes, at + 2, codes);
      subtract(codes, 8);
    },
  },
  q4_1: {
    id: 3,
    size: 32,
    byteLength: 20,
    shifted: true,
    read({ bytes, at, codes, scales, shifts }) {
      scales[0] = half(bytes, at);
      shifts[0] = half(bytes, at + 2);
      unpackNibbleHalves(bytes, at + 4, codes);
    },
  },
  q5_0: {
    id: 6,
    size: 32,
    byteLength: 22,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at);
      unpackNibbleHalves(bytes, at + 6, codes);
      fifthBits(bytes, at + 2, codes);
      subtract(codes, 16);
    },
  },
  q5_1: {
    id: 7,
    size: 32,
    byteLength: 24,
    shifted: true,
    read({ bytes, at, codes, scales, shifts }) {
      scales[0] = half(bytes, at);
      shifts[0] = half(bytes, at + 2);
      unpackNibbleHalves(bytes, at + 8, codes);
      fifthBits(bytes, at + 4, codes);
    },
  },
  q8_0: {
    id: 8,
    size: 32,
    byteLength: 34,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at);
      for (let index = 0; index < 32; index++) codes[index] = (bytes[at + 2 + index]! << 24) >> 24;
    },
  },
  iq4_nl: {
    id: 20,
    size: 32,
    byteLength: 18,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at);
      unpackNibbleHalves(bytes, at + 2, codes);
    },
  },
  tq1_0: {
    id: 34,
    size: 256,
    byteLength: 54,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at + 52);
      unpackTernary(bytes, at, codes);
    },
  },
  tq2_0: {
    id: 35,
    size: 256,
    byteLength: 66,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at + 64);
      // Two halves of 128; byte m of a half holds its elements m, m + 32, m + 64 and m + 96.
      for (let index = 0; index < 256; index++) {
        const byte = bytes[at + (index >> 7) * 32 + (index & 31)]!;
        codes[index] = ((byte >> (2 * ((index >> 5) & 3))) & 3) - 1;
      }
    },
  },
  mxfp4: {
    id: 39,
    size: 32,
    byteLength: 17,
    read({ bytes, at, codes, scales }) {
      scales[0] = powers[bytes[at]!]!;
      unpackNibbleHalves(bytes, at + 1, codes);
      withoutNegativeZero(codes);
    },
  },
  nvfp4: {
    id: 40,
    size: 64,
    byteLength: 36,
    group: 16,
    read({ bytes, at, codes, scales }) {
      for (let group = 0; group < 4; group++) {
        scales[group] = unsignedE4M3[bytes[at + group]!]!;
        unpackNibbleHalves(bytes, at + 4 + 8 * group, codes.subarray(16 * group, 16 * group + 16));
      }
      withoutNegativeZero(codes);
    },
  },
  q1_0: {
    id: 41,
    size: 128,
    byteLength: 18,
    read({ bytes, at, codes, scales }) {
      scales[0] = half(bytes, at);
      for (let index = 0; index < 128; index++)
        codes[index] = (bytes[at + 2 + (index >> 3)]! >> (index & 7)) & 1;
    },
  },
} as const satisfies Readonly<Record<string, BlockFormat>>;

export type BlockFormatName = keyof typeof blockFormats;

/** The 16 values an iq4_nl code stands for, in units of the scale. */
export const iq4Values: readonly number[] = [
  -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
];
