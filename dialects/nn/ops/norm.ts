import { type AxisFlow, joinFlows } from "../../../compiler/define/axis-flow.ts";
import { isMismatch, one, optionally } from "../../../compiler/define/op.ts";
import { real, withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber } from "../attributes.ts";
import { axisOf, mapped, passed, type Shaped, touch } from "../axis-rules.ts";
import { activationTensor, weightTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { normalizeAxis, requireMinimumRank, requireShape } from "../shapes.ts";

/** What norms add to the mean square or variance before its root is taken. */
export const epsilon = withDefault(real({ above: -Number.MIN_VALUE }), 1e-5);

/** Root-mean-square norm over the last axis. */
export const rmsNorm = defineTensorOp("nn.rms_norm", {
  summary: "input / sqrt(mean(input²) + epsilon) · gain [D] over the last axis; same shape.",
  operands: { input: one(activationTensor), gain: optionally(weightTensor) },
  attributes: { epsilon },
  infer: ({ input, gain }, _, name) =>
    requireMinimumRank(name, "input", input, 1) ??
    requireShape(name, "gain", gain, input.shape.slice(-1)) ??
    input,
  axes: ({ operands: { input, gain }, output }) =>
    joinFlows(
      passed(input, output),
      { touches: [touch(input, -1, "root-mean-square")] },
      affine(input, -1, { gain }),
    ),
});

/** Normalises everything from `axis` on together. */
export const layerNorm = defineTensorOp("nn.layer_norm", {
  summary:
    "(input - mean) / sqrt(variance + epsilon) · gain + bias over the axes from `axis` on; same shape.",
  operands: {
    input: one(activationTensor),
    gain: optionally(weightTensor),
    bias: optionally(weightTensor),
  },
  attributes: { epsilon, axis: withDefault(axisNumber, -1) },
  infer({ input, gain, bias }, attributes, name) {
    const axis = normalizeAxis(attributes.axis, input.shape.length);
    if (isMismatch(axis)) return axis;
    const normalized = input.shape.slice(axis);
    return (
      requireShape(name, "gain", gain, normalized) ?? requireShape(name, "bias", bias, normalized) ?? input
    );
  },
  axes({ operands: { input, gain, bias }, output }, attributes) {
    const { axis } = axisOf(input, attributes.axis);
    const normalized = input.shape.slice(axis).map((_, at) => touch(input, axis + at, "standardised"));
    return joinFlows(passed(input, output), { touches: normalized }, affine(input, axis, { gain, bias }));
  },
});

/** The inference form, with statistics known beforehand. */
export const batchNorm = defineTensorOp("nn.batch_norm", {
  summary: "(input [N, C, …] - mean [C]) / sqrt(variance [C] + epsilon) · gain [C] + bias [C]; same shape.",
  operands: {
    input: one(activationTensor),
    gain: one(weightTensor),
    bias: one(weightTensor),
    mean: one(weightTensor),
    variance: one(weightTensor),
  },
  attributes: { epsilon },
  infer({ input, ...parameters }, _, name) {
    const problem = requireMinimumRank(name, "input", input, 2);
    if (problem) return problem;
    const wrong = Object.entries(parameters).map(([operand, type]) =>
      requireShape(name, operand, type, [input.shape[1]!]),
    );
    return wrong.find((each) => each !== undefined) ?? input;
  },
  axes: ({ operands: { input, gain, bias, mean, variance }, output }) =>
    joinFlows(
      mapped(input, output),
      affine(input, 1, { gain, bias }),
      affine(input, 1, { gain: variance, bias: mean }),
    ),
});

/** Parameters that scale and shift the channels of the axes of a tensor from one on. */
function affine(
  input: Shaped,
  from: number,
  { gain, bias }: { readonly gain: Shaped | undefined; readonly bias?: Shaped | undefined },
): AxisFlow {
  const { axis: first } = axisOf(input, from);
  const parts = [
    [gain, "gain"],
    [bias, "shift"],
  ] as const;
  return joinFlows(
    ...parts.map(([parameter, role]): AxisFlow => {
      if (parameter === undefined) return {};
      const axes = [...parameter.shape.keys()];
      return {
        same: axes.map((axis) => [axisOf(parameter, axis), axisOf(input, first + axis)]),
        touches: axes.map((axis) => touch(parameter, axis, role)),
      };
    }),
  );
}
