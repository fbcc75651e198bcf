import type { AxisFlow } from "../../../compiler/define/axis-flow.ts";
import { isMismatch, mismatch, one, type TypeConstraint } from "../../../compiler/define/op.ts";
import { i32, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { bool, listOf, optional, withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber } from "../attributes.ts";
import { axisOf, mapped, ordered, type Shaped, touch } from "../axis-rules.ts";
import { activationTensor, numberTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeShape } from "../describe.ts";
import { normalizeAxes, normalizeAxis } from "../shapes.ts";

const keepDims = withDefault(bool, false);

/** Reductions over `axes`, all of them where left out; with `keep_dims` they stay with extent 1. */
export const sum = declare("nn.sum", "Σ input over `axes`.", { accepted: numberTensor, isLinear: true });
export const mean = declare("nn.mean", "Σ input / count over `axes`.", { isLinear: true });
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
  axes({ operands: { input }, output }, { keep_dims, ...attributes }) {
    const { axis } = axisOf(input, attributes.axis);
    const others = mapped(input, input).touches ?? [];
    return {
      ...reducedFlow({ input, output, axes: [axis], keep: keep_dims }),
      touches: others.filter((each) => each.axis !== axis),
      pins: [ordered(input, axis, "its places are the result")],
    };
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
  /** Whether sums may be taken before or after it. */
  readonly isLinear?: boolean;
}

function declare(
  name: `nn.${string}`,
  summary: string,
  { accepted = activationTensor, needsElement = false, isLinear = false }: Choices = {},
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
    axes({ operands: { input }, output }, { axes = [...input.shape.keys()], keep_dims }) {
      const found = axes.map((axis) => axisOf(input, axis).axis);
      const flow = reducedFlow({ input, output, axes: found, keep: keep_dims });
      return isLinear
        ? flow
        : { ...flow, touches: [...(flow.touches ?? []), ...(mapped(input, input).touches ?? [])] };
    },
  });
}

interface ShapedReduction {
  readonly input: Shaped;
  readonly output: Shaped;
  readonly axes: readonly number[];
  readonly keep: boolean;
}

/** The axes that are left keep their channels. */
function reducedFlow({ input, output, axes, keep }: ShapedReduction): AxisFlow {
  const left = [...input.shape.keys()].filter((axis) => !axes.includes(axis));
  return {
    same: left.map((axis, place) => [axisOf(input, axis), axisOf(output, keep ? axis : place)]),
    touches: axes.map((axis) => touch(input, axis, "reduced")),
  };
}

const reducedShape = ({ shape }: TensorType, axes: readonly number[], keep: boolean): readonly number[] =>
  shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keep ? [1] : []));
