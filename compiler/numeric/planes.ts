import { packBits, unpackBits } from "./packing.ts";

/**
 * Splits each code of Σ `widths` bits (at most 16) into fields, from its most significant bits down, and packs all
 * first fields, then all second ones, …: [2, 4] keeps the upper two bits of every 6-bit code together and the lower
 * four, [1, 1, …] is one plane per bit. Each plane starts at a byte and is packed as packBits does.
 */
export function packPlanes(codes: Int32Array, widths: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(planesByteLength(codes.length, widths));
  let start = 0;
  let below = widths.reduce((sum, width) => sum + width, 0);
  for (const width of widths) {
    below -= width;
    const plane = packBits(
      codes.map((code) => code >> below),
      width,
    );
    bytes.set(plane, start);
    start += plane.length;
  }
  return bytes;
}

/** i32[count], the codes packPlanes wrote; `signed` reads them as two's complement. */
export function unpackPlanes(
  bytes: Uint8Array,
  widths: readonly number[],
  count: number,
  signed: boolean,
): Int32Array {
  const codes = new Int32Array(count);
  let start = 0;
  for (const width of widths) {
    const end = start + planeByteLength(count, width);
    const plane = unpackBits(bytes.subarray(start, end), width, count, false);
    for (let index = 0; index < count; index++) codes[index] = (codes[index]! << width) | plane[index]!;
    start = end;
  }
  if (!signed) return codes;
  const unused = 32 - widths.reduce((sum, width) => sum + width, 0);
  return codes.map((code) => (code << unused) >> unused);
}

/** Bytes of all planes of a number of codes. */
export const planesByteLength = (count: number, widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + planeByteLength(count, width), 0);

const planeByteLength = (count: number, width: number): number => Math.ceil((count * width) / 8);
