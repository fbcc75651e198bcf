import { isMismatch, mismatch, one, type TypeConstraint } from "../../../compiler/define/op.ts";
import { i32, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { bool, listOf, optional, withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber } from "../attributes.ts";
import { activationTensor, numberTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeShape } from "../describe.ts";
import { normalizeAxes, normalizeAxis } from "../shapes.ts";

const keepDims = withDefault(bool, false);

/** Reductions over `axes`, all of them where left out; with `keep_dims` they stay with extent 1. */
export const sum = declare("nn.sum", "Σ input over `axes`.", { accepted: numberTensor });
export const mean = declare("nn.mean", "Σ input / count over `axes`.");
export const prod = declare("nn.prod", "∏ input over `axes`.");
export const reduceMax = declare("nn.reduce_max", "The largest element over `axes`; NaN wins.", {
  accepted: numberTensor,
  needsElement: true,
});
export const reduceMin = declare("nn.reduce_min", "The smallest element over `axes`; NaN wins.", {
  accepted: numberTensor,
  needsElement: true,
});

/** Where along `axis` the largest element is; the first of equals. */
export const argmax = defineTensorOp("nn.argmax", {
  summary: "The i32 index along `axis` of the first largest element.",
  operands: { input: one(numberTensor) },
  attributes: { axis: withDefault(axisNumber, -1), keep_dims: keepDims },
  infer({ input }, { axis, keep_dims }, name) {
    const found = normalizeAxis(axis, input.shape.length);
    if (isMismatch(found)) return found;
    if (input.shape[found] === 0) return emptyReduction(name, input.shape);
    return tensorType(reducedShape(input, [found], keep_dims), i32);
  },
});

/** Some reductions have no result over no elements. */
export const emptyReduction = (name: string, shape: readonly number[]) =>
  mismatch("empty-reduction", `${name} over no elements of ${describeShape(shape)} has no result`, {
    blames: "input",
  });

/** Whether a reduction over `axes` has no elements to reduce for some result element. */
export const reducesNothing = (shape: readonly number[], axes: readonly number[]): boolean =>
  axes.some((axis) => shape[axis] === 0);

interface Choices {
  readonly accepted?: TypeConstraint;
  /** Whether integers have no neutral element for it. */
  readonly needsElement?: boolean;
}

function declare(
  name: `nn.${string}`,
  summary: string,
  { accepted = activationTensor, needsElement = false }: Choices = {},
) {
  return defineTensorOp(name, {
    summary,
    operands: { input: one(accepted) },
    attributes: { axes: optional(listOf(axisNumber)), keep_dims: keepDims },
    infer({ input }, { axes = [...input.shape.keys()], keep_dims }) {
      const found = normalizeAxes(axes, input.shape.length);
      if (isMismatch(found)) return found;
      if (needsElement && input.element.kind === "integer" && reducesNothing(input.shape, found))
        return emptyReduction(name, input.shape);
      return tensorType(reducedShape(input, found, keep_dims), input.element);
    },
  });
}

const reducedShape = ({ shape }: TensorType, axes: readonly number[], keep: boolean): readonly number[] =>
  shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keep ? [1] : []));
