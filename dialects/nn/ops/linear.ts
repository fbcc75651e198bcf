import { type AxisFlow, joinFlows } from "../../../compiler/define/axis-flow.ts";
import { type Mismatch, mismatch, one, optionally } from "../../../compiler/define/op.ts";
import { sizesAgree, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { aligned, axisOf, type Shaped, touch } from "../axis-rules.ts";
import { activationTensor, floatTensor, weightTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeExtent, describeShape } from "../describe.ts";
import { broadcast, requireMinimumRank, requireRank, requireShape } from "../shapes.ts";

/** A dense layer; the weight is [out, in], as PyTorch stores it. */
export const linear = defineTensorOp("nn.linear", {
  summary: "input [..., K] · weightᵀ [N, K] + bias [N] → [..., N].",
  operands: {
    input: one(activationTensor),
    weight: one(weightTensor),
    bias: optionally(weightTensor),
  },
  attributes: {},
  quantizedForm: "lowp.linear",
  frames: "free",
  infer({ input, weight, bias }, _, name) {
    const problem = requireMinimumRank(name, "input", input, 1) ?? requireRank(name, "weight", weight, 2);
    if (problem) return problem;
    const [out, depth] = [weight.shape[0]!, weight.shape[1]!];
    return (
      requireDepth(name, input, depth, weight) ??
      requireShape(name, "bias", bias, [out]) ??
      tensorType([...input.shape.slice(0, -1), out], input.element)
    );
  },
  axes: ({ operands, output }) => linearFlow({ ...operands, output }),
});

export interface ShapedLinear {
  readonly input: Shaped;
  readonly weight: Shaped;
  readonly bias: Shaped | undefined;
  readonly output: Shaped;
}

/** How axes flow through a dense layer, whatever its operands are stored as. */
export const linearFlow = ({ input, weight, bias, output }: ShapedLinear): AxisFlow => ({
  same: [
    ...input.shape.slice(0, -1).map((_, axis) => [axisOf(input, axis), axisOf(output, axis)]),
    [axisOf(input, -1), axisOf(weight, 1)],
    [axisOf(output, -1), axisOf(weight, 0), ...(bias ? [axisOf(bias, 0)] : [])],
  ],
  touches: [
    touch(input, -1, "contracted"),
    touch(weight, 1, "contracted"),
    touch(weight, 0, "produced"),
    touch(output, -1, "produced"),
    ...(bias ? [touch(bias, 0, "bias")] : []),
  ],
});

/** numpy's and ONNX's matrix product. */
export const matmul = defineTensorOp("nn.matmul", {
  summary:
    "left [..., M, K] · right [..., K, N] → [..., M, N]; leading axes broadcast, 1-d operands are vectors.",
  operands: { left: one(activationTensor), right: one(floatTensor) },
  attributes: {},
  infer({ left, right }, _, name) {
    const problem = requireMinimumRank(name, "left", left, 1) ?? requireMinimumRank(name, "right", right, 1);
    if (problem) return problem;
    const depth = right.shape.at(right.shape.length === 1 ? -1 : -2)!;
    if (!sizesAgree(left.shape.at(-1)!, depth))
      return mismatch(
        "contraction",
        `${name} cannot multiply ${describeShape(left.shape)} by ${describeShape(right.shape)}`,
        {
          hint: `the second last extent of right must be ${left.shape.at(-1)!}, the last of left`,
          blames: "right",
        },
      );
    const batch = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
    if (!batch)
      return mismatch(
        "broadcast",
        `the leading extents of ${describeShape(left.shape)} and ${describeShape(right.shape)} do not broadcast in ${name}`,
        { blames: "right" },
      );
    const columns = right.shape.length === 1 ? [] : right.shape.slice(-1);
    return tensorType([...batch, ...left.shape.slice(-2, -1), ...columns], left.element);
  },
  axes: ({ operands, output }) => matmulFlow({ ...operands, output }),
});

interface ShapedMatmul {
  readonly left: Shaped;
  readonly right: Shaped;
  readonly output: Shaped;
}

/** Rows come from the left, columns from the right; leading axes are matched as in any broadcast. */
function matmulFlow({ left, right, output }: ShapedMatmul): AxisFlow {
  const [hasRows, hasColumns] = [left.shape.length > 1, right.shape.length > 1];
  const depth = axisOf(right, hasColumns ? -2 : -1);
  const own = Number(hasRows) + Number(hasColumns);
  const leading = ({ value, shape }: Shaped, count: number): Shaped => ({
    value,
    shape: shape.slice(0, Math.max(0, shape.length - count)),
  });
  const batches = aligned(
    [
      [leading(left, 2), "mixed"],
      [leading(right, 2), "mixed"],
    ],
    leading(output, own),
  );
  return joinFlows(batches, {
    same: [
      [axisOf(left, -1), depth],
      ...(hasRows ? [[axisOf(left, -2), axisOf(output, hasColumns ? -2 : -1)]] : []),
      ...(hasColumns ? [[axisOf(right, -1), axisOf(output, -1)]] : []),
    ],
    touches: [touch(left, -1, "contracted"), { ...depth, role: "contracted" }],
  });
}

function requireDepth(
  name: string,
  input: TensorType,
  depth: number,
  weight: TensorType,
): Mismatch | undefined {
  const width = input.shape.at(-1)!;
  if (sizesAgree(width, depth)) return undefined;
  const transposed = sizesAgree(width, weight.shape[0]!);
  return mismatch(
    "contraction",
    `${name} cannot multiply inputs of width ${describeExtent(width)} by a weight of ${describeShape(weight.shape)}`,
    {
      hint: transposed
        ? `the weight is [out, in]; this one looks transposed: nn.transpose it with permutation = [1, 0]`
        : `the weight is [out, in], so its second extent must be ${width}`,
      blames: "weight",
    },
  );
}
