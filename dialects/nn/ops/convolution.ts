import type { AxisFlow } from "../../../compiler/define/axis-flow.ts";
import { isMismatch, mismatch, one, optionally } from "../../../compiler/define/op.ts";
import { DYNAMIC, sizesAgree, tensorType } from "../../../compiler/ir/types.ts";
import { int, withDefault } from "../../../compiler/schema/schema.ts";
import { edgesOf, pairOf } from "../attributes.ts";
import { axisOf, ordered, type Shaped, touch } from "../axis-rules.ts";
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
  axes: ({ operands, output }, { groups }) => convolutionFlow({ ...operands, output }, groups),
});

interface Convolution {
  readonly input: Shaped;
  readonly weight: Shaped;
  readonly bias: Shaped | undefined;
  readonly output: Shaped;
}

/** Of one group, a linear op on channels; of as many groups as channels, a product channel by channel. */
function convolutionFlow({ input, weight, bias, output }: Convolution, groups: number): AxisFlow {
  const isWhole = groups === 1;
  const isByChannel = groups === input.shape[1] && groups === output.shape[1];
  const made = [axisOf(output, 1), axisOf(weight, 0), ...(bias ? [axisOf(bias, 0)] : [])];
  const stays = [input, weight, output].flatMap((tensor) =>
    [2, 3].map((axis) => ordered(tensor, axis, "windows slide along it")),
  );
  const cut = [axisOf(input, 1), axisOf(output, 1)].map((place) => ({
    ...place,
    kind: "order" as const,
    reason: "its channels are in groups",
  }));
  return {
    same: [
      [axisOf(input, 0), axisOf(output, 0)],
      isByChannel ? [...made, axisOf(input, 1)] : made,
      ...(isWhole ? [[axisOf(input, 1), axisOf(weight, 1)]] : []),
    ],
    touches: [
      ...(isWhole ? [touch(input, 1, "contracted"), touch(weight, 1, "contracted")] : []),
      ...(isByChannel && !isWhole ? [touch(input, 1, "multiplied"), touch(weight, 0, "multiplied")] : []),
      ...(isByChannel && !isWhole ? [] : [touch(weight, 0, "produced"), touch(output, 1, "produced")]),
      ...(bias ? [touch(bias, 0, "bias")] : []),
    ],
    pins: isWhole || isByChannel ? stays : [...stays, ...cut],
  };
}
