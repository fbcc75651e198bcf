import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { unsigned } from "./encode.ts";
import type { Expression } from "./expression.ts";
import type { ValueType } from "./instructions.ts";

/** How an instruction that reads or writes memory is encoded, and the type of what it moves. */
export interface Access {
  readonly encoding: readonly number[];
  readonly type: ValueType;
}
const plain = (opcode: number, type: ValueType): Access => ({ encoding: [opcode], type });
const simd = (opcode: number): Access => ({ encoding: [0xfd, opcode], type: "v128" });

/** Instructions that read memory, by name. */
export const loads: Readonly<Record<string, Access>> = {
  "i32.load": plain(0x28, "i32"),
  "i64.load": plain(0x29, "i64"),
  "f32.load": plain(0x2a, "f32"),
  "f64.load": plain(0x2b, "f64"),
  "i32.load8_s": plain(0x2c, "i32"),
  "i32.load8_u": plain(0x2d, "i32"),
  "i32.load16_s": plain(0x2e, "i32"),
  "i32.load16_u": plain(0x2f, "i32"),
  "v128.load": simd(0),
  "v128.load8x8_s": simd(1),
  "v128.load8x8_u": simd(2),
  "v128.load16x4_s": simd(3),
  "v128.load16x4_u": simd(4),
  "v128.load32x2_s": simd(5),
  "v128.load32x2_u": simd(6),
  "v128.load8_splat": simd(7),
  "v128.load16_splat": simd(8),
  "v128.load32_splat": simd(9),
  "v128.load64_splat": simd(10),
  "v128.load32_zero": simd(92),
  "v128.load64_zero": simd(93),
};
/** Instructions that write a whole value to memory, by name. */
export const stores: Readonly<Record<string, Access>> = {
  "i32.store": plain(0x36, "i32"),
  "i64.store": plain(0x37, "i64"),
  "f32.store": plain(0x38, "f32"),
  "f64.store": plain(0x39, "f64"),
  "i32.store8": plain(0x3a, "i32"),
  "i32.store16": plain(0x3b, "i32"),
  "v128.store": simd(11),
};
/** Instructions that write one lane of a vector to memory: their opcodes behind the SIMD prefix. */
export const laneStores: Readonly<Record<string, number>> = {
  "v128.store8_lane": 88,
  "v128.store16_lane": 89,
  "v128.store32_lane": 90,
  "v128.store64_lane": 91,
};

/** Alignment 1 (2^0) is promised: engines on the machines we know ignore the hint, and any address is legal. */
const place = (offset: number): number[] => [0, ...unsigned(offset)];

/** Reads memory at an i32 address plus a constant number of bytes. */
export function load(name: string, address: Expression, offset = 0): Expression {
  const { encoding, type } = loads[name] ?? unreachable(`${name} reads memory`);
  return { type, code: [...address.code, ...encoding, ...place(offset)] };
}

/** Code that writes memory. */
export function storeCode(name: string, address: Expression, value: Expression, offset = 0): number[] {
  const { encoding, type } = stores[name] ?? unreachable(`${name} writes memory`);
  if (type !== value.type) return unreachable(`${name} writes ${type}, not ${value.type}`);
  return [...address.code, ...value.code, ...encoding, ...place(offset)];
}

/** Code that writes one lane of a vector. */
export function storeLaneCode(
  name: string,
  address: Expression,
  vector: Expression,
  lane: number,
  offset = 0,
): number[] {
  const opcode = laneStores[name] ?? unreachable(`${name} writes a lane`);
  return [...address.code, ...vector.code, 0xfd, opcode, ...place(offset), lane];
}
