import type { Precision } from "../../../compiler/define/kernel.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type Tensor } from "../../../compiler/numeric/tensor.ts";
import { type DenseAttribute, flatValues } from "../dense-values.ts";
import { allocate } from "./allocate.ts";
import { roundToFloat, wrapToInteger } from "./round-element.ts";

/** The literal's numbers, each rounded to the element type: also at f64 a constant is what its type can hold. */
export function readConstant({ value, type }: DenseAttribute, precision: Precision): Tensor {
  const { shape, element } = type;
  const values = flatValues(value);
  const data = allocate(element, elementCount(shape), precision);
  const at = (index: number) => values[values.length === 1 ? 0 : index]!;
  if (element.kind === "float") {
    const round = roundToFloat(element);
    if (data instanceof BigInt64Array) return unreachable("floats held as integers");
    for (let index = 0; index < data.length; index++) data[index] = round(Number(at(index)));
  } else if (element.kind === "integer") {
    const wrap = wrapToInteger(element);
    for (let index = 0; index < data.length; index++) store(data, index, wrap(BigInt(at(index))));
  }
  return { shape, data };
}

function store(data: Tensor["data"], index: number, value: bigint): void {
  if (data instanceof BigInt64Array) data[index] = value;
  else data[index] = Number(value);
}
