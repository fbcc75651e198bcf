import { typeAttribute } from "../../../compiler/ir/attributes.ts";
import { type FloatType, f32 } from "../../../compiler/ir/types.ts";
import { type Schema, withDefault } from "../../../compiler/schema/schema.ts";
import type { StoredAs } from "../../lowp/passes/dense-params.ts";

const wideFloat: Schema<FloatType> = {
  describe: "f32 | f64",
  decode: (literal) =>
    literal.kind === "type" &&
    literal.type.kind === "float" &&
    (literal.type.name === "f32" || literal.type.name === "f64")
      ? literal.type
      : undefined,
  encode: typeAttribute,
};

/** What rewritten weights are stored in: f32, unless they were f64, rounds each once; f64 keeps some 2^-50. */
export const storedFloat = withDefault(wideFloat, f32);

export const storedAs = (element: FloatType): Partial<StoredAs> =>
  element.name === "f64" ? { element } : {};
