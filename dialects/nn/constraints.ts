import type { TypeConstraint } from "../../compiler/define/op.ts";
import type { TensorType, Type } from "../../compiler/ir/types.ts";

/** Whether a type says how to hold one number by itself, rather than how numbers are made (`!lowp.q<…>`). */
export const isDenseElement = ({ kind }: Type): boolean => kind === "float" || kind === "integer";

/** The tensor of floats linear algebra computes in; every narrower float is storage only. */
export const activationTensor = tensorOf("tensor of f32 or f64", isComputeFloat);

/** A tensor of any float: weights, gains, tables and caches may be stored narrow, as every kernel computes wide. */
export const floatTensor = tensorOf("tensor of floats", ({ kind }) => kind === "float");

/** What is learned, hence stored, and only ever read. */
export const weightTensor = floatTensor;

/** What selects rows: tokens and indices. */
export const indexTensor = tensorOf(
  "tensor of i32 or i64",
  (element) => isSignless(element, 32) || isSignless(element, 64),
);

/** Token positions. */
export const positionTensor = tensorOf("tensor of i32", (element) => isSignless(element, 32));

/** The outcome of comparisons. */
export const conditionTensor = tensorOf("tensor of i1", (element) => isSignless(element, 1));

/** What arithmetic is defined on: other integers are stored, not computed with. */
export const numberTensor = tensorOf(
  "tensor of f32, f64 or i32",
  (element) => isComputeFloat(element) || isSignless(element, 32),
);

/** What has an order: unsigned integers are left out, since 32 of their bits are held as signed. */
export const orderedTensor = tensorOf(
  "tensor of f32, f64 or signed integers",
  (element) => isComputeFloat(element) || (element.kind === "integer" && element.signedness !== "unsigned"),
);

/** A tensor whose elements stand for themselves. */
export const anyTensor = tensorOf("tensor of floats or integers", isDenseElement);

/** A tensor in any representation, quantized ones included. */
export const resultTensor: TypeConstraint = { describe: "tensor", accepts: ({ kind }) => kind === "tensor" };

/** The element kernels compute and return for stored elements: f64 stays, every other float becomes f32. */
export const computeElement = (element: Type): Type =>
  element.kind === "float" && element.name !== "f64" ? { kind: "float", name: "f32" } : element;

export const isTensor = (type: Type): type is TensorType => type.kind === "tensor";

function isComputeFloat(element: Type): boolean {
  return element.kind === "float" && (element.name === "f32" || element.name === "f64");
}

function isSignless(element: Type, width: number): boolean {
  return element.kind === "integer" && element.width === width && element.signedness === "signless";
}

/**
 * A constraint on the element. Elements that are no plain numbers pass: `defineTensorOp` refuses them with a
 * hint how to dequantize, which a constraint has no way to give.
 */
function tensorOf(describe: string, accepts: (element: Type) => boolean): TypeConstraint {
  return {
    describe,
    accepts: (type) => isTensor(type) && (accepts(type.element) || !isDenseElement(type.element)),
  };
}
