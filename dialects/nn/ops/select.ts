import { mismatch, one } from "../../../compiler/define/op.ts";
import { i1, tensorType } from "../../../compiler/ir/types.ts";
import { oneOf } from "../../../compiler/schema/schema.ts";
import { aligned } from "../axis-rules.ts";
import { anyTensor, conditionTensor, orderedTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeShape } from "../describe.ts";
import { broadcast, requireSameElement } from "../shapes.ts";
import { broadcastOperands } from "./binary.ts";

/** Chooses element by element. */
export const where = defineTensorOp("nn.where", {
  summary: "whenTrue where condition holds, else whenFalse; all three broadcast.",
  operands: { condition: one(conditionTensor), whenTrue: one(anyTensor), whenFalse: one(anyTensor) },
  attributes: {},
  infer({ condition, whenTrue, whenFalse }, _, name) {
    const problem = requireSameElement(name, "whenFalse", whenTrue, whenFalse);
    if (problem) return problem;
    const shapes = [condition.shape, whenTrue.shape, whenFalse.shape];
    const shape = broadcast(...shapes);
    if (shape) return tensorType(shape, whenTrue.element);
    return mismatch(
      "broadcast",
      `operands of ${name} do not broadcast: ${shapes.map(describeShape).join(", ")}`,
      {
        hint: "extents are aligned at the last axis and must be equal or 1",
        blames: "condition",
      },
    );
  },
  axes: ({ operands: { condition, whenTrue, whenFalse }, output }) =>
    aligned(
      [
        [condition, "mapped"],
        [whenTrue, "mapped"],
        [whenFalse, "mapped"],
      ],
      output,
    ),
});

/** As IEEE 754 compares: with NaN only `ne` holds, and -0 equals 0. */
export const compare = defineTensorOp("nn.compare", {
  summary: "Whether left `predicate` right, as i1, broadcast.",
  operands: { left: one(orderedTensor), right: one(orderedTensor) },
  attributes: { predicate: oneOf("eq", "ne", "lt", "le", "gt", "ge") },
  infer({ left, right }, _, name) {
    const problem = requireSameElement(name, "right", left, right);
    if (problem) return problem;
    const shape = broadcastOperands(name, left, right);
    return "code" in shape ? shape : tensorType(shape, i1);
  },
  axes: ({ operands: { left, right }, output }) =>
    aligned(
      [
        [left, "mapped"],
        [right, "mapped"],
      ],
      output,
    ),
});
