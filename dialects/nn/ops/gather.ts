import { isMismatch, one } from "../../../compiler/define/op.ts";
import { tensorType } from "../../../compiler/ir/types.ts";
import { withDefault } from "../../../compiler/schema/schema.ts";
import { axisNumber } from "../attributes.ts";
import { axisOf, ordered, touch } from "../axis-rules.ts";
import { anyTensor, computeElement, indexTensor, weightTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { normalizeAxis, requireRank } from "../shapes.ts";

/** ONNX Gather: `axis` of the table is replaced by the axes of the indices. Negative indices count from the end. */
export const gather = defineTensorOp("nn.gather", {
  summary: "result[a…, i…, b…] = table[a…, indices[i…], b…].",
  operands: { table: one(anyTensor), indices: one(indexTensor) },
  attributes: { axis: withDefault(axisNumber, 0) },
  infer({ table, indices }, attributes) {
    const axis = normalizeAxis(attributes.axis, table.shape.length);
    if (isMismatch(axis)) return axis;
    return { ...table, shape: table.shape.toSpliced(axis, 1, ...indices.shape) };
  },
  axes({ operands: { table, indices }, output }, attributes) {
    const { axis } = axisOf(table, attributes.axis);
    const added = indices.shape.length;
    return {
      same: [
        ...table.shape.flatMap((_, at) =>
          at === axis ? [] : [[axisOf(table, at), axisOf(output, at < axis ? at : at - 1 + added)]],
        ),
        ...indices.shape.map((_, at) => [axisOf(indices, at), axisOf(output, axis + at)]),
      ],
      pins: [ordered(table, axis, "indices choose among its places")],
    };
  },
});

/** Looks tokens up; rows come out in the element computed with, whatever the table stores. */
export const embedding = defineTensorOp("nn.embedding", {
  summary: "table [V, D] at tokens [...] → [..., D].",
  operands: { table: one(weightTensor), tokens: one(indexTensor) },
  attributes: {},
  infer: ({ table, tokens }, _, name) =>
    requireRank(name, "table", table, 2) ??
    tensorType([...tokens.shape, table.shape[1]!], computeElement(table.element)),
  axes: ({ operands: { table, tokens }, output }) => ({
    same: [
      [axisOf(table, 1), axisOf(output, -1)],
      ...tokens.shape.map((_, at) => [axisOf(tokens, at), axisOf(output, at)]),
    ],
    touches: [touch(table, 1, "embedded")],
    pins: [ordered(table, 0, "tokens choose among its rows")],
  }),
});
