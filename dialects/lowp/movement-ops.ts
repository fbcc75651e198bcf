import {
  type AnyOp,
  defineOp,
  isMismatch,
  type Mismatch,
  many,
  mismatch,
  one,
  type TypeConstraint,
} from "../../compiler/define/op.ts";
import { f32, same, type TensorType, type Type, tensorType } from "../../compiler/ir/types.ts";
import { int, listOf } from "../../compiler/schema/schema.ts";
import { axisNumber, openExtents } from "../nn/attributes.ts";
import { indexTensor } from "../nn/constraints.ts";
import { gather as denseGather } from "../nn/ops/gather.ts";
import * as shapes from "../nn/ops/shape.ts";
import { slice as denseSlice } from "../nn/ops/slice.ts";
import { normalizeAxis } from "../nn/shapes.ts";
import { elementCode } from "./clamped-value.ts";
import { joinedType, movedType } from "./moved-value.ts";
import { gathering, type Movement, reshaping, slicing, transposition } from "./movements.ts";
import { isValueType, type ValueType } from "./value-type.ts";

const composite: TypeConstraint = {
  describe: "tensor of a lowp type",
  accepts: (each) => each.kind === "tensor" && each.element.kind === "dialect" && isValueType(each.element),
};

const asDense = (type: Type): TensorType => tensorType((type as TensorType).shape, f32);
const elementOf = (type: Type): ValueType => (type as TensorType).element as ValueType;

/** The shape that the op on floats infers, and the element type that the movement leaves. */
function infer(
  input: Type,
  inferred: { readonly output: Type } | Mismatch,
  movement: (shape: readonly number[]) => Movement,
): { readonly output: Type } | Mismatch {
  if (isMismatch(inferred)) return inferred;
  const { shape } = inferred.output as TensorType;
  const element = movedType(elementOf(input), (input as TensorType).shape, movement(shape));
  return isMismatch(element) ? element : { output: tensorType(shape, element) };
}

/** nn.reshape of codes and scales. */
export const reshape = defineOp("lowp.reshape", {
  summary:
    "The elements of a lowp value under another `shape`, as in nn.reshape; its blocks must stay blocks.",
  operands: { input: one(composite) },
  attributes: { shape: openExtents },
  results: { output: one(composite) },
  traits: ["pure"],
  infer: ({ input }, attributes) =>
    infer(input, shapes.reshape.spec.infer!({ input: asDense(input) }, attributes), reshaping),
});

/** nn.transpose of codes and scales. */
export const transpose = defineOp("lowp.transpose", {
  summary: "Result axis i is input axis permutation[i], blocks included.",
  operands: { input: one(composite) },
  attributes: { permutation: listOf(int({ min: 0 })) },
  results: { output: one(composite) },
  traits: ["pure"],
  infer: ({ input }, attributes) =>
    infer(input, shapes.transpose.spec.infer!({ input: asDense(input) }, attributes), () =>
      transposition(attributes.permutation),
    ),
});

/** nn.slice of codes and scales, without strides. */
export const slice = defineOp("lowp.slice", {
  summary: "`sizes` elements from `starts`, -1 for what is left; whole blocks of every axis that has blocks.",
  operands: { input: one(composite) },
  attributes: { starts: listOf(int({ min: 0 })), sizes: openExtents },
  results: { output: one(composite) },
  traits: ["pure"],
  infer: ({ input }, attributes) =>
    infer(
      input,
      denseSlice.spec.infer!({ input: asDense(input) }, { ...attributes, strides: undefined }),
      (sizes) => slicing(attributes.starts, sizes),
    ),
});

/** nn.gather of codes and scales. */
export const gather = defineOp("lowp.gather", {
  summary: "result[a…, i…, b…] = table[a…, indices[i…], b…], with the scales of the elements taken.",
  operands: { table: one(composite), indices: one(indexTensor) },
  attributes: { axis: axisNumber },
  results: { output: one(composite) },
  traits: ["pure"],
  infer({ table, indices }, attributes) {
    const axis = normalizeAxis(attributes.axis, (table as TensorType).shape.length);
    if (isMismatch(axis)) return axis;
    const inferred = denseGather.spec.infer!({ table: asDense(table), indices }, attributes);
    return infer(table, inferred, () => gathering(axis, (indices as TensorType).shape, (tensor) => tensor));
  },
});

/** nn.concat of codes and scales. */
export const concat = defineOp("lowp.concat", {
  summary: "Values of one lowp type one after another along `axis`; each must hold whole blocks.",
  operands: { inputs: many(composite) },
  attributes: { axis: axisNumber },
  results: { output: one(composite) },
  traits: ["pure"],
  infer({ inputs }, attributes) {
    const inferred = shapes.concat.spec.infer!({ inputs: inputs.map(asDense) }, attributes);
    if (isMismatch(inferred)) return inferred;
    const { shape } = inferred.output as TensorType;
    const [first, ...rest] = inputs.map(elementOf);
    if (rest.some((other) => !same(first, other)))
      return mismatch("concat-types", "the inputs of lowp.concat are of several lowp types, expected one");
    const extents = inputs.map((input) => (input as TensorType).shape);
    const element = joinedType(first!, extents, normalizeAxis(attributes.axis, shape.length) as number);
    return isMismatch(element) ? element : { output: tensorType(shape, element) };
  },
});

/** nn.relu of codes, whose scales are positive: max(s · q, 0) = s · max(q, 0). */
export const relu = defineOp("lowp.relu", {
  summary: "max(input, 0) of whole numbers times positive scales; negative codes become 0.",
  operands: { input: one(composite) },
  attributes: {},
  results: { output: one(composite) },
  traits: ["pure"],
  infer({ input }) {
    const code = elementCode(elementOf(input));
    return isMismatch(code) ? code : { output: input };
  },
});

/** Ops that move the elements of lowp values and compute nothing, or nothing but a comparison. */
export const movementOps: readonly AnyOp[] = [reshape, transpose, slice, gather, concat, relu];
