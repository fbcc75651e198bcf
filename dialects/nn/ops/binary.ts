import type { AxisRole } from "../../../compiler/define/axis-flow.ts";
import { mismatch, one, type Trait, type TypeConstraint } from "../../../compiler/define/op.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { aligned } from "../axis-rules.ts";
import { activationTensor, numberTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeShape } from "../describe.ts";
import type { FramePolicy } from "../frames.ts";
import { broadcast, requireSameElement } from "../shapes.ts";

/** Functions of two elements, with numpy broadcasting. Sums keep a frame; nothing else here is linear in both. */
export const add = declare("nn.add", "left + right, broadcast.", {
  traits: ["commutative"],
  frames: "equal",
  role: "added",
});
export const sub = declare("nn.sub", "left - right, broadcast.", { frames: "equal", role: "added" });
export const mul = declare("nn.mul", "left · right, broadcast.", {
  traits: ["commutative"],
  role: "multiplied",
});
export const div = declare("nn.div", "left / right, broadcast; integers truncate, and by 0 give 0.", {
  role: "multiplied",
});
export const pow = declare("nn.pow", "left to the power of right, broadcast.", {
  accepted: activationTensor,
});
export const min = declare("nn.min", "The smaller of left and right, broadcast; NaN wins.", {
  traits: ["commutative"],
});
export const max = declare("nn.max", "The larger of left and right, broadcast; NaN wins.", {
  traits: ["commutative"],
});

/** The broadcast of two operand shapes, or why there is none. */
export function broadcastOperands(name: string, left: TensorType, right: TensorType) {
  return (
    broadcast(left.shape, right.shape) ??
    mismatch(
      "broadcast",
      `operands of ${name} do not broadcast: ${describeShape(left.shape)} and ${describeShape(right.shape)}`,
      { hint: "extents are aligned at the last axis and must be equal or 1", blames: "right" },
    )
  );
}

interface Choices {
  readonly accepted?: TypeConstraint;
  readonly frames?: FramePolicy;
  readonly traits?: readonly Trait[];
  /** What becomes of channels that meet. */
  readonly role?: AxisRole;
}

function declare(
  name: `nn.${string}`,
  summary: string,
  { accepted = numberTensor, frames = "identity", traits = [], role = "mapped" }: Choices = {},
) {
  return defineTensorOp(name, {
    summary,
    operands: { left: one(accepted), right: one(accepted) },
    attributes: {},
    traits,
    frames,
    infer({ left, right }) {
      const problem = requireSameElement(name, "right", left, right);
      if (problem) return problem;
      const shape = broadcastOperands(name, left, right);
      return "code" in shape ? shape : { ...left, shape };
    },
    axes: ({ operands: { left, right }, output }) =>
      aligned(
        [
          [left, role],
          [right, role],
        ],
        output,
      ),
  });
}
