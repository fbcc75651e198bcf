import { gridBounds } from "../../../dialects/lowp/elements.ts";
import type { QuantizedParameters } from "../../../dialects/lowp/quantized-laws.ts";
import type { ValueType } from "../../../dialects/lowp/value-type.ts";
import type { ScaleFormat } from "../kernels/group-scale.ts";

/** Throws a `Refusal` that says of a type what no kernel does, such as `to these elements`. */
export type RefuseType = (what: string) => never;

/** The least and the largest code of an element of whole numbers of up to 16 bits. */
export function integerRange(
  { element }: QuantizedParameters,
  refuse: RefuseType,
): readonly [least: number, most: number] {
  const [least, most] = gridBounds(element);
  const isInteger = element.kind === "integer" || element.kind === "trit";
  return isInteger && least >= -32768 && most <= 32767 ? [least, most] : refuse("to these elements");
}

/** What zero points may be that are within a range of codes. */
export function zeroRange(
  type: ValueType,
  [least, most]: readonly [number, number],
  refuse: RefuseType,
): readonly [least: number, most: number] {
  if (type.kind !== "integer") return refuse("with zero points that are no integers");
  const [from, to] =
    type.signedness === "unsigned"
      ? [0, 2 ** type.width - 1]
      : [-(2 ** (type.width - 1)), 2 ** (type.width - 1) - 1];
  return [Math.max(from, least), Math.min(to, most)];
}

/** What scales are rounded to; powers of two down where elements are floats, else up, unless the type says how. */
export function scaleFormat(
  { element, scale, zero, shift, scale_rounding: rounding }: QuantizedParameters,
  refuse: RefuseType,
): ScaleFormat {
  if (scale.kind !== "float" || scale.name === "f64") return refuse("with scales that are scaled themselves");
  const isClipped = element.kind === "float" && !zero && !shift;
  if (scale.name === "f8E8M0FNU") return { powerOfTwo: rounding ?? (isClipped ? "floor" : "ceil") };
  return rounding === undefined ? scale.name : refuse(`with scale_rounding = ${rounding}`);
}
