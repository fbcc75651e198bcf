import { isMismatch, one } from "../../../compiler/define/op.ts";
import { withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber } from "../attributes.ts";
import { mapped, touch } from "../axis-rules.ts";
import { activationTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { normalizeAxis } from "../shapes.ts";

/** Weights along `axis` that sum to 1. */
export const softmax = declare("nn.softmax", "exp(input) / Σ exp(input) along `axis`; same shape.");

/** The logarithm of softmax, without its underflow. */
export const logSoftmax = declare("nn.log_softmax", "input - log Σ exp(input) along `axis`; same shape.");

function declare(name: `nn.${string}`, summary: string) {
  return defineTensorOp(name, {
    summary,
    operands: { input: one(activationTensor) },
    attributes: { axis: withDefault(axisNumber, -1) },
    infer({ input }, attributes) {
      const axis = normalizeAxis(attributes.axis, input.shape.length);
      return isMismatch(axis) ? axis : input;
    },
    axes({ operands: { input }, output }, { axis }) {
      const flow = mapped(input, output);
      return { ...flow, touches: [...(flow.touches ?? []), touch(input, axis, "softmax")] };
    },
  });
}
