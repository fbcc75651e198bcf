import { defineOp, type Mismatch, mismatch, one, type TypeConstraint } from "../../compiler/define/op.ts";
import { same, type TensorType, type Type } from "../../compiler/ir/types.ts";
import { checkUniformInTensor } from "./laws.ts";
import { quantizedParts, uniform } from "./types.ts";

const elementOf = (type: Type): Type =>
  type.kind === "tensor" || type.kind === "unranked" ? type.element : type;

const scalarOrTensorOf = (what: string, accepts: (type: Type) => boolean): TypeConstraint => ({
  describe: `scalar or tensor of ${what}`,
  accepts: (type) => accepts(elementOf(type)),
});

const isQuantized = (type: Type): boolean => quantizedParts(type) !== undefined;
const float = scalarOrTensorOf("floating-point", (type) => type.kind === "float");
const quantized = scalarOrTensorOf("quantized type", isQuantized);
const codes = scalarOrTensorOf(
  "signless integer or quantized type",
  (type) => (type.kind === "integer" && type.signedness === "signless") || isQuantized(type),
);

/** Rounds to the nearest code the result type has. */
export const qcast = defineOp("quant.qcast", {
  summary: "Converts a float to a quantized type.",
  operands: { input: one(float) },
  attributes: {},
  results: { result: one(quantized) },
  traits: ["pure", "not-foldable"],
  verify({ operands, results }, { typeOf }) {
    return checkCast(typeOf(results.result), typeOf(operands.input));
  },
});

/** The float each code stands for. */
export const dcast = defineOp("quant.dcast", {
  summary: "Converts a quantized type to the float it stands for.",
  operands: { input: one(quantized) },
  attributes: {},
  results: { result: one(float) },
  traits: ["pure"],
  verify({ operands, results }, { typeOf }) {
    return checkCast(typeOf(operands.input), typeOf(results.result));
  },
});

/** The same codes under another type; no number changes. */
export const scast = defineOp("quant.scast", {
  summary: "Reinterprets a quantized type as its storage integers, or the other way round.",
  operands: { input: one(codes) },
  attributes: {},
  results: { result: one(codes) },
  traits: ["pure"],
  verify({ operands, results }, { typeOf }) {
    const input = typeOf(operands.input);
    const result = typeOf(results.result);
    return isQuantized(elementOf(input)) ? checkStorageCast(input, result) : checkStorageCast(result, input);
  },
});

const broken = (message: string): readonly Mismatch[] => [mismatch("quant-cast", message)];

function checkCast(quantizedType: Type, floatType: Type): readonly Mismatch[] {
  if (!shapesMatch(quantizedType, floatType)) return shapeMismatch;
  const { expressed } = quantizedParts(elementOf(quantizedType)) ?? {};
  if (!same(expressed, elementOf(floatType)))
    return broken("expressed type in quantized type expected to match float type");
  return checkContainer(quantizedType);
}

function checkStorageCast(quantizedType: Type, integerType: Type): readonly Mismatch[] {
  const parts = quantizedParts(elementOf(quantizedType));
  if (!parts || elementOf(integerType).kind !== "integer")
    return broken("one of input and result must be an integer, the other a quantized type");
  if (!shapesMatch(quantizedType, integerType)) return shapeMismatch;
  if (!same(parts.storage?.type, elementOf(integerType)))
    return broken("storage type in quantized type expected to match integer type");
  return checkContainer(quantizedType);
}

const shapeMismatch = broken("input and result are both scalars or both tensors with matching shape");

/** A dynamic extent matches only a dynamic one: a cast does not assert sizes. */
function shapesMatch(left: Type, right: Type): boolean {
  if (left.kind === "tensor" && right.kind === "tensor") return same(left.shape, right.shape);
  const isTensor = ({ kind }: Type) => kind === "tensor" || kind === "unranked";
  return left.kind === right.kind || (!isTensor(left) && !isTensor(right));
}

/** Scales per axis or per block need a tensor around them. */
function checkContainer(container: Type): readonly Mismatch[] {
  const element = elementOf(container);
  if (!uniform.is(element) || element.parameters.granularity.kind === "layer") return [];
  const perAxis = element.parameters.granularity.kind === "axis";
  if (container.kind === "tensor") return checkUniformInTensor(element.parameters, container as TensorType);
  if (container.kind !== "unranked")
    return broken(`scalar types may not use ${perAxis ? "per-axis" : "sub-channel"} quantization`);
  return perAxis ? [] : broken("tensor containing the sub-channel quantized type must be ranked");
}
