import type { Precision } from "../../../compiler/define/kernel.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { TensorData } from "../../../compiler/numeric/tensor.ts";

/** `length` zeros in the class that holds elements of a type: all floats are f64 where that is the precision. */
export function allocate(element: Type, length: number, precision: Precision): TensorData {
  if (element.kind === "float")
    return precision === "f64" || element.name === "f64"
      ? new Float64Array(length)
      : new Float32Array(length);
  if (element.kind !== "integer") return unreachable(`a dense tensor of ${element.kind}`);
  return element.width > 32 ? new BigInt64Array(length) : new Int32Array(length);
}
