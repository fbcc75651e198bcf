import { one } from "../../../compiler/define/op.ts";
import { i32, tensorType } from "../../../compiler/ir/types.ts";
import { axisOf, ordered } from "../axis-rules.ts";
import { anyTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { requireMinimumRank } from "../shapes.ts";

/** Where each token of a sequence stands, when the sequence starts at 0. */
export const positions = defineTensorOp("nn.positions", {
  summary: "0, 1, … along the first axis of input [T, ...] → [T].",
  operands: { input: one(anyTensor) },
  attributes: {},
  infer: ({ input }, _, name) =>
    requireMinimumRank(name, "input", input, 1) ?? tensorType([input.shape[0]!], i32),
  axes: ({ operands: { input }, output }) => ({
    same: [[axisOf(input, 0), axisOf(output, 0)]],
    pins: [ordered(output, 0, "it counts")],
  }),
});
