import { isDense, type RuntimeValue } from "../../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../../compiler/define/op.ts";

export function expectSuccess<Value>(value: Value | Mismatch): Value {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

/** The numbers of a dense component; none where it is absent. */
export const numbersOf = (component: RuntimeValue | undefined): readonly number[] =>
  component && isDense(component) ? Array.from<number | bigint, number>(component.data, Number) : [];

/** Arrays of codes by how they are held. */
export const codeArrays = { i8: Int8Array, u8: Uint8Array, i16: Int16Array };
