import type { CompositeValue } from "../../compiler/define/kernel.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { codeValues, makeElementEncoder, smallestPositive } from "./element-codec.ts";
import type { ElementFormat } from "./elements.ts";
import { integersOf } from "./values.ts";

/** `!lowp.float<…>` as the element it is; here it types numbers by itself, without a scale. */
const elementOf = (type: DialectType): ElementFormat => ({ kind: "custom", type });

/** From a number to the code of the nearest value, half to even, saturating; `positive`: never to zero or below. */
export function ownFloatEncoder(type: DialectType, positive: boolean): (value: number) => number {
  const element = elementOf(type);
  const encode = makeElementEncoder(element, {
    rounding: "half_even",
    overflow: "saturate",
    random: undefined,
  });
  if (!positive) return encode;
  const smallest = smallestPositive(element);
  return (value) => (value < smallest.value ? smallest.code : encode(value));
}

/** The nearest numbers of a `!lowp.float<…>`, rounded once from the data; component `codes`, one per number. */
export function castToOwnFloat(
  { shape, data }: FloatTensor,
  type: DialectType,
  positive = false,
): CompositeValue {
  const codes = Int32Array.from(data, ownFloatEncoder(type, positive));
  return { shape, type, components: { codes: { shape, data: codes } } };
}

/** f64[2^bits], the number of every code. */
export const ownFloatValues = (type: DialectType): Float64Array => codeValues(elementOf(type))!;

/** The numbers of a value of `!lowp.float<…>`; f32 rounds those that a fractional bias makes inexact. */
export function ownFloatNumbers(value: CompositeValue, type: DialectType, single: boolean): FloatTensor {
  const codes = integersOf(value, "codes").data;
  const values = ownFloatValues(type);
  const count = elementCount(value.shape);
  const data = single ? new Float32Array(count) : new Float64Array(count);
  for (let index = 0; index < count; index++) data[index] = values[codes[index]!]!;
  return { shape: value.shape, data };
}
