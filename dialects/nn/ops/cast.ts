import { mismatch, one } from "../../../compiler/define/op.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { type } from "../../../compiler/schema/schema.ts";
import { mapped, passed } from "../axis-rules.ts";
import { anyTensor, isDenseElement } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";

/**
 * To floats: the nearest value, ties to even; f16 and bf16 overflow to infinity, narrower floats saturate.
 * Floats to integers: toward zero, saturating, NaN to 0. Integers to narrower ones: wraps. To i1: whether not 0.
 */
export const cast = defineTensorOp("nn.cast", {
  summary: "Input converted to `element`.",
  operands: { input: one(anyTensor) },
  attributes: { element: type },
  traits: ["not-foldable"],
  infer: ({ input }, { element }, name) =>
    isDenseElement(element)
      ? { ...input, element }
      : mismatch("element-type", `${name} makes floats or integers, not ${describeType(element)}`, {
          hint: "quantize with lowp.quantize",
        }),
  axes: ({ operands: { input }, output }, { element }) =>
    element.kind === "float"
      ? { ...passed(input, output), carries: [{ from: input.value, to: output.value }] }
      : mapped(input, output),
});
