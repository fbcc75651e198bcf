import { isMismatch, mismatch } from "../../../compiler/define/op.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { i32, tensorType } from "../../../compiler/ir/types.ts";
import { attributeOf, type, withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber, counts } from "../attributes.ts";
import { axisOf, ordered, touch } from "../axis-rules.ts";
import { isDenseElement } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { constantProblem } from "../dense-values.ts";
import { normalizeAxis } from "../shapes.ts";

/** Few numbers, written in the text. Weights are parameters instead. */
export const constant = defineTensorOp("nn.constant", {
  summary: "The numbers of `value`.",
  operands: {},
  attributes: { value: attributeOf("dense") },
  infer: (_, { value }, name) => constantProblem(name, value) ?? value.type,
  axes: ({ output }) => ({
    pins: output.shape.map((_, axis) => ({
      ...axisOf(output, axis),
      kind: "constant",
      reason: "its numbers are written in the text",
    })),
  }),
});

/** A tensor of zeros. */
export const zeros = defineTensorOp("nn.zeros", {
  summary: "Zeros of `element` in `shape`.",
  operands: {},
  attributes: { shape: counts, element: type },
  infer: (_, { shape, element }, name) =>
    isDenseElement(element)
      ? tensorType(shape, element)
      : mismatch("element-type", `${name} makes floats or integers, not ${describeType(element)}`),
  axes: ({ output }) => ({ zeros: [output.value] }),
});

/** Counts along an axis. */
export const iota = defineTensorOp("nn.iota", {
  summary: "i32 elements that are their own index along `axis`.",
  operands: {},
  attributes: { shape: counts, axis: withDefault(axisNumber, 0) },
  infer(_, { shape, ...attributes }) {
    const axis = normalizeAxis(attributes.axis, shape.length);
    return isMismatch(axis) ? axis : tensorType(shape, i32);
  },
  axes({ output }, attributes) {
    const { axis } = axisOf(output, attributes.axis);
    return {
      touches: output.shape.flatMap((_, at) => (at === axis ? [] : [touch(output, at, "spread")])),
      pins: [ordered(output, axis, "it counts")],
    };
  },
});
