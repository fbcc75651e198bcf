import { isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { Type } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { NarrowError } from "./artifact/failure.ts";
import type { Tensor as ModelTensor } from "./artifact/model.ts";
import { partOf, tensorOf, type ValuePart } from "./emit/value-form.ts";
import { formOf } from "./emit/value-forms.ts";

/** The tensors that a compiled function takes for a value: itself, or its parts. */
export function partsOf(value: RuntimeValue, type: Type | undefined): readonly ModelTensor[] {
  if (isDense(value)) return [plainTensor(value)];
  const held = type && formOf(type);
  if (!held) return unreachable("it was compared with the type");
  return held.form.parts(held.type).map((part) => partOf(value, part));
}

function plainTensor({ shape, data }: Tensor): ModelTensor {
  if (data instanceof Float32Array || data instanceof Int32Array) return { shape, data };
  throw new NarrowError("input-type", `the js backend takes f32 and i32, not a ${data.constructor.name}`);
}

/** The values that the outputs of a compiled function are, given the types of its results. */
export function valuesOf(outputs: readonly ModelTensor[], types: readonly Type[]): readonly RuntimeValue[] {
  const left = [...outputs];
  const next = (part: Pick<ValuePart, "packed">): Tensor =>
    tensorOf(left.shift() ?? unreachable("each part of a result is an output"), part);
  return types.map((type) => {
    const held = formOf(type);
    if (!held) return next({});
    const parts = held.form.parts(held.type).map((part): [string, Tensor] => [part.name, next(part)]);
    return held.form.compose(held.type, Object.fromEntries(parts));
  });
}
