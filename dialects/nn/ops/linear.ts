import { type Mismatch, mismatch, one, optionally } from "../../../compiler/define/op.ts";
import { sizesAgree, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
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
});

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
