import { joinFlows } from "../../compiler/define/axis-flow.ts";
import { defineOp, isMismatch, type Mismatch, one, optionally } from "../../compiler/define/op.ts";
import type { Type } from "../../compiler/ir/types.ts";
import { int, oneOf, optional, withDefault } from "../../compiler/schema/schema.ts";
import { aligned, mapped, shaped } from "../nn/axis-rules.ts";
import { activationTensor, weightTensor } from "../nn/constraints.ts";
import { conv2d, windowAttributes } from "../nn/ops/convolution.ts";
import { type Activation, activationNames, activations } from "./activations.ts";
import { inferMeeting } from "./infer-linear.ts";

/**
 * nn.conv2d and what follows it in residual networks, as one kernel computes them: round(input * weight + bias), plus
 * the residual, the activation of that. Every step is rounded to the precision of the run, as the separate ops do.
 */
export const convolution = defineOp("js.conv2d", {
  summary:
    "activation(nn.conv2d(input [N, C, H, W], weight [O, C/groups, KH, KW], bias [O]) + residual) → [N, O, OH, OW], each step rounded; residual has the shape of the result.",
  operands: {
    input: one(activationTensor),
    weight: one(weightTensor),
    bias: optionally(weightTensor),
    residual: optionally(activationTensor),
  },
  attributes: {
    ...windowAttributes,
    groups: withDefault(int({ min: 1 }), 1),
    activation: optional(oneOf(...activationNames)),
  },
  results: { output: one(activationTensor) },
  traits: ["pure"],
  infer: inferConvolution,
  axes(
    { operands: { residual, ...operands }, attributes: { activation, ...window }, results, ...op },
    context,
  ) {
    const output = shaped(results.output, context.typeOf);
    return joinFlows(
      conv2d.spec.axes!({ ...op, operands, attributes: window, results }, context),
      activation === undefined ? {} : mapped(output, output),
      residual === undefined
        ? {}
        : aligned(
            [
              [output, "added"],
              [shaped(residual, context.typeOf), "added"],
            ],
            output,
          ),
    );
  },
});

/** An item per operand of js.conv2d. */
interface ConvolutionOperands<Item> {
  readonly input: Item;
  readonly weight: Item;
  readonly bias: Item | undefined;
  readonly residual: Item | undefined;
}

/** The type of js.conv2d: that of the separate ops one after the other. */
function inferConvolution(
  { residual, ...types }: ConvolutionOperands<Type>,
  {
    activation,
    ...window
  }: Parameters<NonNullable<typeof conv2d.spec.infer>>[1] & { readonly activation: Activation | undefined },
): { readonly output: Type } | Mismatch {
  const sums = conv2d.spec.infer!(types, window);
  if (isMismatch(sums)) return sums;
  const added = inferMeeting("js.conv2d", "residual", sums.output, residual);
  if (isMismatch(added) || activation === undefined) return added;
  const active = activations[activation].infer(added.output);
  return isMismatch(active) ? { ...active, blames: "input" } : active;
}
