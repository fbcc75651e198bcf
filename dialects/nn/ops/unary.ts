import { mismatch, one, type TypeConstraint } from "../../../compiler/define/op.ts";
import { oneOf, optional, real, type Schemas, withDefault } from "../../../compiler/schema/schema.ts";
import { mapped, passed } from "../axis-rules.ts";
import { activationTensor, numberTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import type { FramePolicy } from "../frames.ts";

/** Functions of one element; the result has the type of the input. */
export const relu = declare("nn.relu", "max(input, 0).");
export const silu = declare("nn.silu", "input · sigmoid(input).");
export const sigmoid = declare("nn.sigmoid", "1 / (1 + exp(-input)).");
export const tanh = declare("nn.tanh", "The hyperbolic tangent.");
export const exp = declare("nn.exp", "e to the power of input.");
export const log = declare("nn.log", "The natural logarithm.");
export const sqrt = declare("nn.sqrt", "The square root.");
export const erf = declare("nn.erf", "The error function, 2 / sqrt(π) · ∫₀ˣ exp(-t²) dt.");
export const reciprocal = declare("nn.reciprocal", "1 / input.");
export const floor = declare("nn.floor", "The largest integer not above input.");
export const ceil = declare("nn.ceil", "The smallest integer not below input.");
export const round = declare("nn.round", "The nearest integer, ties to even.");
export const abs = declare("nn.abs", "|input|.", { accepted: numberTensor });
// Linear, so the only one here that means the same in every frame.
export const neg = declare("nn.neg", "-input.", { accepted: numberTensor, frames: "equal" });

/** The Gaussian error linear unit, exact or as its usual approximation. */
export const gelu = defineTensorOp("nn.gelu", {
  summary: "input · Φ(input), with Φ the normal distribution; `tanh` approximates it.",
  operands: { input: one(activationTensor) },
  attributes: { approximation: withDefault(oneOf("none", "tanh"), "none") },
  infer: ({ input }) => input,
  axes: ({ operands: { input }, output }) => mapped(input, output),
});

/** A relu that lets a little through. */
export const leakyRelu = defineTensorOp("nn.leaky_relu", {
  summary: "input, or alpha · input below 0.",
  operands: { input: one(activationTensor) },
  attributes: { alpha: withDefault(real(), 0.01) },
  infer: ({ input }) => input,
  axes: ({ operands: { input }, output }) => mapped(input, output),
});

/** Bounds elements; the upper bound wins where the two cross, as in ONNX. */
export const clip = defineTensorOp("nn.clip", {
  summary: "min(max(input, min), max); an absent bound does not bind.",
  operands: { input: one(numberTensor) },
  attributes: { min: optional(real()), max: optional(real()) },
  infer({ input }, bounds, name) {
    if (input.element.kind !== "integer") return input;
    const broken = [bounds.min, bounds.max].find((bound) => bound !== undefined && !Number.isInteger(bound));
    if (broken === undefined) return input;
    return mismatch("clip-bound", `${name} of integers needs whole bounds, not ${broken}`);
  },
  axes: ({ operands: { input }, output }) => mapped(input, output),
});

interface Choices {
  readonly accepted?: TypeConstraint;
  readonly frames?: FramePolicy;
}

function declare(
  name: `nn.${string}`,
  summary: string,
  { accepted = activationTensor, frames = "identity" }: Choices = {},
) {
  return defineTensorOp(name, {
    summary,
    operands: { input: one(accepted) },
    attributes: {} satisfies Schemas,
    frames,
    infer: ({ input }) => input,
    axes: ({ operands: { input }, output }) =>
      frames === "equal" ? passed(input, output) : mapped(input, output),
  });
}
