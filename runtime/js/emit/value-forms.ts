import type { TensorType, Type } from "../../../compiler/ir/types.ts";
import { cacheForm } from "./caches/cache-form.ts";
import type { ValueForm } from "./value-form.ts";

/** Of every type whose values go in and out of compiled functions, beside plain numbers. */
const valueForms: readonly ValueForm[] = [cacheForm];

/** A tensor type, and how its values are held; undefined where no form takes it. */
export function formOf(type: Type): { readonly type: TensorType; readonly form: ValueForm } | undefined {
  if (type.kind !== "tensor") return undefined;
  const form = valueForms.find((each) => each.accepts(type.element));
  return form && { type, form };
}
