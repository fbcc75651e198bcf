import { isMismatch, one, optionally } from "../../../compiler/define/op.ts";
import { real, withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber } from "../attributes.ts";
import { activationTensor, weightTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { normalizeAxis, requireMinimumRank, requireShape } from "../shapes.ts";

const epsilon = withDefault(real({ above: -Number.MIN_VALUE }), 1e-5);

/** Root-mean-square norm over the last axis. */
export const rmsNorm = defineTensorOp("nn.rms_norm", {
  summary: "input / sqrt(mean(input²) + epsilon) · gain [D] over the last axis; same shape.",
  operands: { input: one(activationTensor), gain: optionally(weightTensor) },
  attributes: { epsilon },
  infer: ({ input, gain }, _, name) =>
    requireMinimumRank(name, "input", input, 1) ??
    requireShape(name, "gain", gain, input.shape.slice(-1)) ??
    input,
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
});
