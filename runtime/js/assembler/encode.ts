import type { ValueType } from "./instructions.ts";

/** Unsigned LEB128 of an integer from 0 to 2^32 - 1. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of an integer of up to 64 bits. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

/** Little-endian bytes of a float; the bits of a NaN are those of the canonical one. */
export function float(value: number, bytes: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** A name or other bytes, after their count. */
export const counted = (bytes: ArrayLike<number>): number[] => [
  ...unsigned(bytes.length),
  ...Array.from(bytes),
];
export const name = (text: string): number[] => counted(new TextEncoder().encode(text));

/** A vector of things that are encoded already. */
export const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
export const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];

const typeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
export const typeCode = (type: ValueType): number => typeCodes[type];

/** The type that a byte of the encoding stands for; undefined where it is none of ours. */
export const typeOfCode = (code: number): ValueType | undefined =>
  (Object.keys(typeCodes) as ValueType[]).find((type) => typeCodes[type] === code);
