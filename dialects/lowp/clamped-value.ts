import type { CompositeValue } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { describeElement } from "./elements.ts";
import { quantized } from "./types.ts";
import type { ValueType } from "./value-type.ts";
import { integersOf } from "./values.ts";

/** The code of the number 0, where codes are the whole numbers that scales multiply; else why they are not. */
export function elementCode(type: ValueType): 0 | Mismatch {
  const refuse = (why: string) => mismatch("clamped-type", why);
  if (!quantized.is(type)) return refuse("only codes of a !lowp.q type are compared with 0");
  const { element, zero, shift } = type.parameters;
  if (element.kind !== "integer" && element.kind !== "trit")
    return refuse(`element is ${describeElement(element)}, expected an integer`);
  return zero || shift ? refuse(`the type has a ${zero ? "zero" : "shift"}, expected a scale alone`) : 0;
}

/** max(value, 0), by its codes. Scales are positive by the laws of the type. */
export function clampBelow(value: CompositeValue): CompositeValue {
  const { shape, data } = integersOf(value, "codes");
  const codes = { shape, data: data.map((code) => Math.max(code, 0)) };
  return { ...value, components: { ...value.components, codes } };
}
