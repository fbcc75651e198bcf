import type { AxisFlow } from "../../../compiler/define/axis-flow.ts";
import { isMismatch, type Mismatch, mismatch, one } from "../../../compiler/define/op.ts";
import { type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { bool, int, withDefault } from "../../../compiler/schema/schema.ts";
import { pairOf } from "../attributes.ts";
import { ordered, type Shaped, sameAxes, touch } from "../axis-rules.ts";
import { activationTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeList, describeShape } from "../describe.ts";
import type { WindowOptions } from "../reference/window.ts";
import { fourExtents, requireMinimumRank, requireRank } from "../shapes.ts";
import { windowCounts } from "../windows.ts";
import { windowAttributes } from "./convolution.ts";

const poolAttributes = {
  kernel: pairOf(int({ min: 1 })),
  ...windowAttributes,
  /** Whether a last window may hang over the edge. */
  ceil_mode: withDefault(bool, false),
} as const;

/** Padding never wins. */
export const maxPool2d = defineTensorOp("nn.max_pool2d", {
  summary: "The largest element of each `kernel` window of input [N, C, H, W] → [N, C, OH, OW].",
  operands: { input: one(activationTensor) },
  attributes: poolAttributes,
  infer: ({ input }, { ceil_mode, ...window }, name) =>
    pooled(name, input, { ...window, ceilMode: ceil_mode }),
  axes({ operands: { input }, output }) {
    const flow = windowFlow(input, output);
    return { ...flow, touches: [touch(input, 0, "mapped"), touch(input, 1, "mapped")] };
  },
});

/** Padding takes part in the divisor only with `count_include_pad`. */
export const averagePool2d = defineTensorOp("nn.average_pool2d", {
  summary: "The mean of each `kernel` window of input [N, C, H, W] → [N, C, OH, OW].",
  operands: { input: one(activationTensor) },
  attributes: { ...poolAttributes, count_include_pad: withDefault(bool, false) },
  infer: ({ input }, { ceil_mode, count_include_pad: _, ...window }, name) =>
    pooled(name, input, { ...window, ceilMode: ceil_mode }),
  axes: ({ operands: { input }, output }) => windowFlow(input, output),
});

/** Keeps the pooled axes with extent 1, as ONNX. */
export const globalAveragePool = defineTensorOp("nn.global_average_pool", {
  summary: "The mean over all axes after the channels of input [N, C, …] → [N, C, 1, …].",
  operands: { input: one(activationTensor) },
  attributes: {},
  infer: ({ input }, _, name) =>
    requireMinimumRank(name, "input", input, 2) ??
    tensorType(
      input.shape.map((size, axis) => (axis < 2 ? size : 1)),
      input.element,
    ),
  axes: ({ operands: { input }, output }) => ({
    same: sameAxes(input, output, [...input.shape.keys()].slice(2)),
    touches: input.shape.flatMap((_, axis) => (axis < 2 ? [] : [touch(input, axis, "reduced")])),
  }),
});

/** Channels stay apart; along the image axes places matter. */
const windowFlow = (input: Shaped, output: Shaped): AxisFlow => ({
  same: sameAxes(input, output, [2, 3]),
  pins: [input, output].flatMap((tensor) =>
    [2, 3].map((axis) => ordered(tensor, axis, "windows slide along it")),
  ),
});

interface Pool extends Required<WindowOptions> {
  readonly kernel: readonly [number, number];
}

function pooled(name: string, input: TensorType, pool: Pool): TensorType | Mismatch {
  const problem = requireRank(name, "input", input, 4);
  if (problem) return problem;
  const { kernel, pads, dilations } = pool;
  const reach = kernel.map((size, axis) => (size - 1) * dilations[axis]! + 1);
  if (pads.some((pad, edge) => pad >= reach[edge % 2]!))
    return mismatch(
      "window-pads",
      `pads ${describeList(pads)} of ${name} would leave windows of ${describeShape(reach)} without any input`,
      { hint: "every pad must be smaller than the window" },
    );
  const [batch, channels, height, width] = fourExtents(input);
  const windows = windowCounts({ name, image: [height, width], ...pool });
  return isMismatch(windows) ? windows : tensorType([batch, channels, ...windows], input.element);
}
