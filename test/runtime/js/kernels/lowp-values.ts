import { isDense, type RuntimeValue } from "../../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../../compiler/define/op.ts";
import { packBits } from "../../../../compiler/numeric/packing.ts";
import { type CodeStorage, codeBytes } from "../../../../runtime/js/kernels/codes.ts";

export function expectSuccess<Value>(value: Value | Mismatch): Value {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

/** The numbers of a dense component; none where it is absent. */
export const numbersOf = (component: RuntimeValue | undefined): readonly number[] =>
  component && isDense(component) ? Array.from<number | bigint, number>(component.data, Number) : [];

/** Arrays of codes by how they are held. */
export const codeArrays = { i8: Int8Array, u8: Uint8Array, i16: Int16Array };

/** Codes as they are held. */
export const codesAs = (storage: CodeStorage, codes: readonly number[]) =>
  storage === "u4" || storage === "u2"
    ? packBits(Int32Array.from(codes), 8 * codeBytes[storage])
    : codeArrays[storage].from(codes);
