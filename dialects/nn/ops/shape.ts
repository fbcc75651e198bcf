import { isMismatch, type Mismatch, many, mismatch, one } from "../../../compiler/define/op.ts";
import { DYNAMIC, knownSize, sizesAgree, type TensorType } from "../../../compiler/ir/types.ts";
import { int, listOf } from "../../../compiler/schema/schema.ts";
import { axisNumber, openExtents } from "../attributes.ts";
import { axisOf, ordered, sameAxes, touch } from "../axis-rules.ts";
import { anyTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeList, describeShape } from "../describe.ts";
import { reshapeFlow } from "../reshape-flow.ts";
import { normalizeAxis, requireSameElement, reshapeShape } from "../shapes.ts";

/** The same elements in row-major order; one extent may be -1, as in ONNX. A 0 is an extent of 0. */
export const reshape = defineTensorOp("nn.reshape", {
  summary: "The elements of input under another `shape`, where -1 stands for what is left.",
  operands: { input: one(anyTensor) },
  attributes: { shape: openExtents },
  infer({ input }, attributes, name) {
    const shape = reshapeShape(name, input.shape, attributes.shape);
    return isMismatch(shape) ? shape : { ...input, shape };
  },
  axes: ({ operands: { input }, output }) => reshapeFlow(input, output),
});

/** Reorders axes. */
export const transpose = defineTensorOp("nn.transpose", {
  summary: "Result axis i is input axis permutation[i].",
  operands: { input: one(anyTensor) },
  attributes: { permutation: listOf(int({ min: 0 })) },
  infer({ input }, { permutation }, name) {
    const { shape } = input;
    const isPermutation = permutation.toSorted((a, b) => a - b).every((axis, place) => axis === place);
    if (permutation.length !== shape.length || !isPermutation)
      return mismatch(
        "permutation",
        `${describeList(permutation)} of ${name} does not permute ${shape.length} axes`,
        { hint: `name each axis from 0 to ${shape.length - 1} once` },
      );
    return { ...input, shape: permutation.map((axis) => shape[axis]!) };
  },
  axes: ({ operands: { input }, output }, { permutation }) => ({
    same: permutation.map((axis, place) => [axisOf(input, axis), axisOf(output, place)]),
  }),
});

/** Joins tensors; all other extents must agree. */
export const concat = defineTensorOp("nn.concat", {
  summary: "The inputs one after another along `axis`.",
  operands: { inputs: many(anyTensor) },
  attributes: { axis: axisNumber },
  infer({ inputs }, attributes, name) {
    const [first, ...rest] = inputs;
    if (first === undefined) return mismatch("operand-count", `${name} needs at least one input`);
    const axis = normalizeAxis(attributes.axis, first.shape.length);
    if (isMismatch(axis)) return axis;
    const problem = rest
      .map(
        (other) =>
          requireSameElement(name, "inputs", first, other) ?? requireJoinable(name, first, other, axis),
      )
      .find((each) => each !== undefined);
    if (problem) return problem;
    const shape = first.shape.map((_, at) => {
      const sizes = inputs.map((input) => input.shape[at]!);
      if (at !== axis) return sizes.reduce(knownSize);
      return sizes.includes(DYNAMIC) ? DYNAMIC : sizes.reduce((total, size) => total + size);
    });
    return { ...first, shape };
  },
  axes({ operands: { inputs }, output }, attributes) {
    const { axis } = axisOf(output, attributes.axis);
    return {
      same: inputs.flatMap((input) => sameAxes(input, output, [axis])),
      pins: [...inputs, output].map((tensor) => ordered(tensor, axis, "tensors are joined along it")),
    };
  },
});

function requireJoinable(
  name: string,
  first: TensorType,
  other: TensorType,
  axis: number,
): Mismatch | undefined {
  const clash = first.shape.findIndex((size, at) => at !== axis && !sizesAgree(size, other.shape[at] ?? -2));
  if (first.shape.length === other.shape.length && clash === -1) return undefined;
  return mismatch(
    "concat-shape",
    `${name} along axis ${axis} cannot join ${describeShape(first.shape)} and ${describeShape(other.shape)}`,
    { hint: "all inputs have one rank and agree on every other axis", blames: "inputs" },
  );
}

/** Repeats axes of extent 1, and adds leading ones. */
export const broadcastTo = defineTensorOp("nn.broadcast_to", {
  summary: "Input repeated to `shape`, aligned at the last axis, where -1 keeps the input's extent.",
  operands: { input: one(anyTensor) },
  attributes: { shape: openExtents },
  infer({ input }, attributes, name) {
    const shape = broadcastTarget(input.shape, attributes.shape);
    if (shape) return { ...input, shape };
    return mismatch(
      "broadcast",
      `${name} cannot repeat ${describeShape(input.shape)} to ${describeList(attributes.shape)}`,
      { hint: "extents are aligned at the last axis; only extents of 1 repeat", blames: "input" },
    );
  },
  axes({ operands: { input }, output }) {
    const missing = output.shape.length - input.shape.length;
    const isKept = (axis: number) => axis >= missing && input.shape[axis - missing] === output.shape[axis];
    const axes = [...output.shape.keys()];
    return {
      same: axes.filter(isKept).map((axis) => [axisOf(input, axis - missing), axisOf(output, axis)]),
      touches: axes.filter((axis) => !isKept(axis)).map((axis) => touch(output, axis, "spread")),
    };
  },
});

/** `shape` with every -1 replaced by the extent of `input` at that place; undefined where input does not repeat to it. */
function broadcastTarget(input: readonly number[], shape: readonly number[]): readonly number[] | undefined {
  const missing = shape.length - input.length;
  if (missing < 0 || shape.slice(0, missing).includes(-1)) return undefined;
  const target = shape.map((size, axis) => (size === -1 ? input[axis - missing]! : size));
  const fits = input.every((size, axis) => size === 1 || sizesAgree(size, target[axis + missing]!));
  return fits ? target : undefined;
}
