import { isMismatch } from "../../compiler/define/op.ts";
import { defineType } from "../../compiler/define/type.ts";
import { floatAttribute, type Literal } from "../../compiler/ir/attributes.ts";
import type { FloatType, IntegerType, Type } from "../../compiler/ir/types.ts";
import { optional, type Schema, type as typeSchema } from "../../compiler/schema/schema.ts";
import { checkCalibrated, checkQuantile, checkStorage, checkUniform, checkUniformInTensor } from "./laws.ts";
import { decodeScales, encodeScales, floatOf, type ScaleTensor } from "./scales.ts";
import { decodeStorage, encodeStorage, type Storage } from "./storage.ts";
import {
  anySyntax,
  calibratedSyntax,
  decodeGranularity,
  encodeGranularity,
  type Granularity,
  quantileSyntax,
  uniformSyntax,
} from "./syntax.ts";

const storage: Schema<Storage> = {
  describe: "storage type, perhaps with <minimum:maximum>",
  decode: (literal) => orUndefined(decodeStorage(literal)),
  encode: encodeStorage,
};

const scales: Schema<ScaleTensor> = {
  describe: "scale:zero-point, or lists of them",
  decode: (literal) => orUndefined(decodeScales(literal)),
  encode: encodeScales,
};

const granularity: Schema<Granularity> = {
  describe: "axis, or {axis:block, …}",
  decode: (literal) => orUndefined(decodeGranularity(literal)),
  encode: (value): Literal => encodeGranularity(value) ?? { kind: "any" },
  fallback: { value: { kind: "layer" } },
};

const floatType: Schema<FloatType> = {
  describe: "float type",
  decode: (literal) => kindOf(literal, (type) => type.kind === "float"),
  encode: typeSchema.encode,
};

const numberType: Schema<FloatType | IntegerType> = {
  describe: "float or integer type",
  decode: (literal) => kindOf(literal, (type) => type.kind === "float" || type.kind === "integer"),
  encode: typeSchema.encode,
};

const number: Schema<number> = {
  describe: "number with a point",
  decode: floatOf,
  encode: (value) => floatAttribute(value),
};

const numbers: Schema<readonly number[]> = {
  describe: "{number, …}",
  decode(literal) {
    const values = literal.kind === "group" ? literal.items.map(floatOf) : [undefined];
    return values.every((value) => value !== undefined) ? values : undefined;
  },
  encode: (values) => ({ kind: "group", open: "{", items: values.map((value) => floatAttribute(value)) }),
};

/** Codes whose meaning is not settled yet. */
export const any = defineType("quant.any", {
  summary: "A quantized type of which only the storage, and perhaps the expressed type, is known.",
  parameters: { storage, expressed: optional(floatType) },
  syntax: anySyntax,
  verify: (parameters) => checkStorage(parameters.storage),
});

/** A float whose range was observed, before a quantized type was chosen. */
export const calibrated = defineType("quant.calibrated", {
  summary: "A float type with the range its values were observed in.",
  parameters: { expressed: floatType, minimum: number, maximum: number },
  syntax: calibratedSyntax,
  verify: checkCalibrated,
});

/** real = scale · (code − zero point), with one scale for all codes, per index of an axis, or per block. */
export const uniform = defineType("quant.uniform", {
  summary: "Evenly spaced values: per layer, per axis or per block.",
  parameters: { storage, expressed: floatType, granularity, scales },
  syntax: uniformSyntax,
  verify: checkUniform,
  verifyInTensor: checkUniformInTensor,
});

/** real = table[code − smallest code]; the form of NF4 and other code books. */
export const quantile = defineType("quant.quantile", {
  summary: "Values from a table with one entry per code.",
  parameters: { storage, expressed: numberType, values: numbers },
  syntax: quantileSyntax,
  verify: checkQuantile,
});

/** What any quantized type keeps of the float it stands for, and its storage; calibrated types have none. */
export function quantizedParts(
  type: Type,
): { readonly expressed: Type | undefined; readonly storage: Storage | undefined } | undefined {
  if (any.is(type) || uniform.is(type) || quantile.is(type)) return type.parameters;
  if (calibrated.is(type)) return { expressed: type.parameters.expressed, storage: undefined };
  return undefined;
}

const orUndefined = <T extends object>(value: T | Parameters<typeof isMismatch>[0]): T | undefined =>
  isMismatch(value) ? undefined : (value as T);

const kindOf = <T extends Type>(literal: Literal, accepts: (type: Type) => type is T): T | undefined =>
  literal.kind === "type" && accepts(literal.type) ? literal.type : undefined;
