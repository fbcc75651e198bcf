import type { Registry } from "../../compiler/define/dialect.ts";
import { isDense, type Precision, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { DYNAMIC, type Type } from "../../compiler/ir/types.ts";
import type { FloatTensor, Tensor } from "../../compiler/numeric/tensor.ts";

/** What an input must fit, and how numbers become values of other types. */
export interface InputPlace {
  readonly type: Type;
  readonly place: number;
  readonly entry: string;
  readonly precision: Precision;
  readonly registry: Registry;
}

/**
 * Checks an input against the signature and brings floats to the precision of the run. Floats where the signature
 * has a dialect's type become the nearest value of that type, if the dialect says which.
 */
export function fitInput(
  input: RuntimeValue,
  { type, place, entry, precision, registry }: InputPlace,
): RuntimeValue | Mismatch {
  const wrong = (found: string) =>
    mismatch("input-type", `input ${place} of @${entry} is ${describeType(type)}, found ${found}`);
  if (type.kind !== "tensor") return wrong("a tensor");
  const fits =
    type.shape.length === input.shape.length &&
    type.shape.every((size, axis) => size === DYNAMIC || size === input.shape[axis]);
  if (!fits) return wrong(`a tensor of shape ${input.shape.join("x") || "()"}`);
  if (!isDense(input)) return input;
  const isFloat = input.data instanceof Float32Array || input.data instanceof Float64Array;
  if (type.element.kind === "float") return isFloat ? toPrecision(input, precision) : wrong("integers");
  const codec = registry.numbers(type.element);
  if (isFloat && codec && type.element.kind === "dialect")
    return codec.encode(input as FloatTensor, type.element);
  if (isFloat) return wrong("floating-point numbers");
  return input;
}

/** Floats as the run holds them: f32 or f64. */
function toPrecision(tensor: Tensor, precision: Precision): Tensor {
  const { data } = tensor;
  if (precision === "f64" && data instanceof Float32Array)
    return { ...tensor, data: Float64Array.from(data) };
  if (precision === "f32" && data instanceof Float64Array)
    return { ...tensor, data: Float32Array.from(data) };
  return tensor;
}
