import { typeAttribute } from "../../compiler/ir/attributes.ts";
import type { DialectType, FloatType, IntegerType, Type } from "../../compiler/ir/types.ts";
import type { Schema } from "../../compiler/schema/schema.ts";

/**
 * T of IR.md §3: a builtin float, a builtin integer (only as the type of a zero point), or one of the lowp value
 * types, whose parameters their own definitions read. The recursion stops at DialectType so that the TypeScript
 * type is finite.
 */
export type ValueType = FloatType | IntegerType | DialectType;

const valueTypeNames: ReadonlySet<string> = new Set([
  "lowp.q",
  "lowp.sum",
  "lowp.split",
  "lowp.sparse",
  "lowp.lowrank",
  "lowp.ring",
  "lowp.float",
  "lowp.entropy",
]);

/** Whether a type may stand for T: a float or a lowp value type, or an integer too. */
export const isValueType = (type: Type): type is ValueType =>
  type.kind === "float" ||
  type.kind === "integer" ||
  (type.kind === "dialect" && valueTypeNames.has(type.name));

/** A value type, written as a type. */
export const valueTypeSchema: Schema<ValueType> = {
  describe: "float type or lowp value type",
  decode: (literal) => (literal.kind === "type" && isValueType(literal.type) ? literal.type : undefined),
  encode: typeAttribute,
};

/** A lowp value type, as passes take it. */
export const lowpType: Schema<DialectType> = {
  describe: "lowp type, such as !lowp.q<i4, block = [1, 32], scale = f16>",
  decode(literal) {
    const type = valueTypeSchema.decode(literal);
    return type?.kind === "dialect" ? type : undefined;
  },
  encode: typeAttribute,
};

/** A short name for messages: the parameters of lowp types are left out. */
export function describeValueType(type: ValueType): string {
  if (type.kind === "float") return type.name;
  if (type.kind === "dialect") return `!${type.name}`;
  return `${{ signless: "i", signed: "si", unsigned: "ui" }[type.signedness]}${type.width}`;
}
