import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { Type } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";

/** A component that the type of the value promises. */
export const componentOf = (value: CompositeValue, name: string): RuntimeValue =>
  value.components[name] ?? unreachable(`a value of its type has a component ${name}`);

/** Integers of a component: codes (code numbers; for integer and trit elements the integer itself), indices, masks. */
export function integersOf(value: CompositeValue, name: string): Tensor<Int32Array> {
  const component = componentOf(value, name);
  if (isDense(component) && component.data instanceof Int32Array)
    return { shape: component.shape, data: component.data };
  return unreachable(`component ${name} holds integers`);
}

/** The answer of a function that knows a type's layout, but not how to compute with it. */
export const notSupportedHere = (what: string, type: Type): Mismatch =>
  mismatch(
    "not-supported-here",
    `${what} of ${type.kind === "dialect" ? `!${type.name}` : type.kind} is not supported here`,
  );
