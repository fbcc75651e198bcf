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
  | { readonly kind: "structure"; readonly name: Structure };

const SIMD = 0xfd;
const keyOf = (prefix: number, opcode: number): number => prefix * 0x10000 + opcode;
const accessKey = ({ encoding: [first = 0, second] }: Access): number =>
  second === undefined ? keyOf(0, first) : keyOf(first, second);

/** What stands by itself: control flow, variables, constants, and what has bytes behind it. */
const structures = {
  loop: keyOf(0, 0x03),
  if: keyOf(0, 0x04),
  else: keyOf(0, 0x05),
  end: keyOf(0, 0x0b),
  br_if: keyOf(0, 0x0d),
  return: keyOf(0, 0x0f),
  call: keyOf(0, 0x10),
  drop: keyOf(0, 0x1a),
  select: keyOf(0, 0x1b),
  "local.get": keyOf(0, 0x20),
  "local.set": keyOf(0, 0x21),
  "i32.const": keyOf(0, 0x41),
  "i64.const": keyOf(0, 0x42),
  "f32.const": keyOf(0, 0x43),
  "f64.const": keyOf(0, 0x44),
  "v128.const": keyOf(SIMD, 12),
  "i8x16.shuffle": keyOf(SIMD, 13),
} as const;
export type Structure = keyof typeof structures;
const structureNames = Object.keys(structures) as Structure[];

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
  ...structureNames.map((name): [number, Decoded] => [structures[name], { kind: "structure", name }]),
]);

/** The next opcode; immediates are left to be read. Others than those of the assembler throw. */
export function nextOpcode(reader: Reader): Decoded {
  const first = reader.byte();
  const key = first >= 0xfc ? keyOf(first, reader.unsigned()) : keyOf(0, first);
  return byKey.get(key) ?? unreachable(`the assembler writes an instruction ${key.toString(16)}`);
}
