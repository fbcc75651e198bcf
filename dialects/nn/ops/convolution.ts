import { isMismatch, mismatch, one, optionally } from "../../../compiler/define/op.ts";
import { DYNAMIC, sizesAgree, tensorType } from "../../../compiler/ir/types.ts";
import { int, withDefault } from "../../../compiler/schema/schema.ts";
import { edgesOf, pairOf } from "../attributes.ts";
import { activationTensor, weightTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeExtent, describeShape } from "../describe.ts";
import { fourExtents, requireRank, requireShape } from "../shapes.ts";
import { windowCounts } from "../windows.ts";

/** Shared by all 2-d windows; pads are top, left, bottom, right, as in ONNX. */
export const windowAttributes = {
  strides: withDefault(pairOf(int({ min: 1 })), [1, 1]),
  pads: withDefault(edgesOf(int({ min: 0 })), [0, 0, 0, 0]),
  dilations: withDefault(pairOf(int({ min: 1 })), [1, 1]),
} as const;

/** Cross-correlation with zero padding, channels first. */
export const conv2d = defineTensorOp("nn.conv2d", {
  summary: "input [N, C, H, W] * weight [O, C/groups, KH, KW] + bias [O] → [N, O, OH, OW].",
  operands: {
    input: one(activationTensor),
    weight: one(weightTensor),
    bias: optionally(weightTensor),
  },
  attributes: { ...windowAttributes, groups: withDefault(int({ min: 1 }), 1) },
  infer({ input, weight, bias }, { groups, ...window }, name) {
    const problem = requireRank(name, "input", input, 4) ?? requireRank(name, "weight", weight, 4);
    if (problem) return problem;
    const [batch, channels, height, width] = fourExtents(input);
    const [out, groupChannels, ...kernel] = fourExtents(weight);
    const needed = groupChannels === DYNAMIC ? DYNAMIC : groupChannels * groups;
    if (!sizesAgree(channels, needed))
      return mismatch(
        "channels",
        `${name} in ${groups} groups by a weight of ${describeShape(weight.shape)} takes ${needed} channels, not ${channels}`,
        { hint: "the weight is [out, channels / groups, height, width]", blames: "weight" },
      );
    if (out !== DYNAMIC && out % groups !== 0)
      return mismatch(
        "groups",
        `${name} cannot divide ${describeExtent(out)} output channels into ${groups} groups`,
        {
          blames: "weight",
        },
      );
    const wrongBias = requireShape(name, "bias", bias, [out]);
    if (wrongBias) return wrongBias;
    const windows = windowCounts({ name, image: [height, width], kernel, ...window });
    return isMismatch(windows) ? windows : tensorType([batch, out, ...windows], input.element);
  },
});
