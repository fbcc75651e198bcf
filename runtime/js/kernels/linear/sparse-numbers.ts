import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../../compiler/numeric/half.ts";
import { type Expression, type Local, op, replace } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { type HeldFloat, loadHeld } from "../gather.ts";
import { elementAt } from "../lanes.ts";

/** How stored numbers are held: as floats, as integers of 8 bits, or as numbers of at most 256 different floats. */
export type HeldNumbers = HeldFloat | "i8" | "codes";

/** Bytes of one number. */
export const bytesOfNumber = (held: HeldNumbers): 1 | 2 | 4 => {
  if (held === "f32") return 4;
  return held === "f16" || held === "bf16" ? 2 : 1;
};

const TABLE = 256;
/** Bytes of the floats that codes stand for; 0 where numbers are no codes. */
export const tableBytes = (held: HeldNumbers): number => (held === "codes" ? 4 * TABLE : 0);

/** Numbers as they are held: as unsigned integers, 0 for +0, and the floats that codes stand for. */
export interface NumberCodes {
  readonly held: HeldNumbers;
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly table: Float32Array;
}

/**
 * Held in few bytes, without loss: as integers where they are some, in 16 bits where that is what they are made of, as
 * codes where this is smaller than f32. `element` represents all values.
 */
export function holdNumbers(values: Float32Array, element: HeldFloat): NumberCodes {
  const table = new Float32Array();
  if (values.every(isSmallInteger)) return { held: "i8", codes: Uint8Array.from(values), table };
  if (element !== "f32") return { held: element, codes: narrow[element](values), table };
  const bits = new Uint32Array(values.slice().buffer);
  const coded = asCodes(bits);
  return coded && bits.length + tableBytes("codes") < 4 * bits.length
    ? coded
    : { held: "f32", codes: bits, table };
}

const narrow = { f16: encodeF16, bf16: encodeBf16 } as const;

/** Those that 8 bits hold; -0 is none of them. */
const isSmallInteger = (value: number): boolean => Object.is(value, (value << 24) >> 24);

/** Undefined where there are too many different floats. +0 is the first, which fills up groups. */
function asCodes(bits: Uint32Array): NumberCodes | undefined {
  const numbers = new Map<number, number>([[0, 0]]);
  const codes = new Uint8Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const known = numbers.get(bits[i]!);
    codes[i] = known ?? numbers.size;
    if (known !== undefined) continue;
    if (numbers.size === TABLE) return undefined;
    numbers.set(bits[i]!, numbers.size);
  }
  return { held: "codes", codes, table: new Float32Array(Uint32Array.from(numbers.keys()).buffer) };
}

/** The floats of codes. */
export function releaseNumbers({ held, codes, table }: NumberCodes): Float32Array {
  switch (held) {
    case "f32":
      return new Float32Array(Uint32Array.from(codes).buffer);
    case "f16":
      return decodeF16(Uint16Array.from(codes));
    case "bf16":
      return decodeBf16(Uint16Array.from(codes));
    case "i8":
      return Float32Array.from(Int8Array.from(codes));
    case "codes":
      return Float32Array.from(codes, (code) => table[code]!);
  }
}

/** Four numbers as f32 from where they are held. */
export function loadNumbers(
  f: FunctionBuilder,
  held: HeldNumbers,
  { numbers, table }: Readonly<Record<"numbers" | "table", Local>>,
): Local {
  switch (held) {
    case "f32":
    case "f16":
    case "bf16":
      return loadHeld(f, held, numbers);
    case "i8": {
      const pairs = op("i16x8.extend_low_i8x16_s", load("v128.load32_zero", numbers));
      return f.let(op("f32x4.convert_i32x4_s", op("i32x4.extend_low_i16x8_s", pairs)));
    }
    case "codes": {
      const entry = (i: number): Expression => elementAt(table, load("i32.load8_u", numbers, i));
      const vector = f.let(load("v128.load32_zero", entry(0)));
      for (const lane of [1, 2, 3])
        f.set(vector, replace("f32x4.replace_lane", vector, lane, load("f32.load", entry(lane))));
      return vector;
    }
  }
}
