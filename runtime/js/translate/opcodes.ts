import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { extractions, replacements } from "../assembler/expression.ts";
import { type Instruction, instructions } from "../assembler/instructions.ts";
import { type Access, laneStores, loads, stores } from "../assembler/memory.ts";
import type { Reader } from "./reader.ts";

/** What an opcode means; which immediates follow it is said by `kind`. */
export type Decoded =
  | { readonly kind: "plain"; readonly name: string; readonly instruction: Instruction }
  | { readonly kind: "load" | "store"; readonly name: string; readonly access: Access }
  | { readonly kind: "store-lane" | "extract" | "replace"; readonly name: string }
  | { readonly kind: "structure"; readonly opcode: number };

const SIMD = 0xfd;
const keyOf = (prefix: number, opcode: number): number => prefix * 0x10000 + opcode;
const accessKey = ({ encoding: [first = 0, second] }: Access): number =>
  second === undefined ? keyOf(0, first) : keyOf(first, second);

/** By prefix (0 for none) and opcode. */
const byKey: ReadonlyMap<number, Decoded> = new Map([
  ...[...instructions].map(([name, instruction]): [number, Decoded] => [
    keyOf(instruction.prefix ?? 0, instruction.opcode),
    { kind: "plain", name, instruction },
  ]),
  ...Object.entries(loads).map(([name, access]): [number, Decoded] => [
    accessKey(access),
    { kind: "load", name, access },
  ]),
  ...Object.entries(stores).map(([name, access]): [number, Decoded] => [
    accessKey(access),
    { kind: "store", name, access },
  ]),
  ...Object.entries(laneStores).map(([name, opcode]): [number, Decoded] => [
    keyOf(SIMD, opcode),
    { kind: "store-lane", name },
  ]),
  ...Object.entries(extractions).map(([name, [opcode]]): [number, Decoded] => [
    keyOf(SIMD, opcode),
    { kind: "extract", name },
  ]),
  ...Object.entries(replacements).map(([name, [opcode]]): [number, Decoded] => [
    keyOf(SIMD, opcode),
    { kind: "replace", name },
  ]),
]);

/** v128.const and i8x16.shuffle: they have 16 bytes behind them. */
export const VECTOR_CONSTANT = keyOf(SIMD, 12);
export const SHUFFLE = keyOf(SIMD, 13);

const structures: readonly number[] = [
  ...[0x03, 0x04, 0x05, 0x0b, 0x0d, 0x0f, 0x10, 0x1a, 0x1b, 0x20, 0x21, 0x41, 0x42, 0x43, 0x44],
  VECTOR_CONSTANT,
  SHUFFLE,
];

/** The next opcode; immediates are left to be read. Others than those of the assembler throw. */
export function nextOpcode(reader: Reader): Decoded {
  const first = reader.byte();
  const key = first >= 0xfc ? keyOf(first, reader.unsigned()) : keyOf(0, first);
  const decoded = byKey.get(key);
  if (decoded) return decoded;
  return structures.includes(key)
    ? { kind: "structure", opcode: key }
    : unreachable(`the assembler writes an instruction ${key.toString(16)}`);
}
