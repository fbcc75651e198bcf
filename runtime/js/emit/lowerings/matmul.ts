import { mismatch } from "../../../../compiler/define/op.ts";
import { matmul } from "../../../../dialects/nn/ops/linear.ts";
import { matrixProduct, ROWS_PER_UNIT } from "../../kernels/linear/matrix-product.ts";
import { isKnown, known } from "../extents.ts";
import { defineLowering, type OpLowering, refuse } from "../lowering.ts";
import { broadcastShape } from "./pointwise.ts";

export const matmulLowerings: readonly OpLowering[] = [
  defineLowering(matmul, ({ operands, results }, context) => {
    const [left, right] = [context.dense(operands.left), context.dense(operands.right)];
    const [leftShape, rightShape] = [
      left.shape.length === 1 ? [known(1), ...left.shape] : left.shape,
      right.shape.length === 1 ? [...right.shape, known(1)] : right.shape,
    ];
    const [rows, depth, columns] = [leftShape.at(-2)!, leftShape.at(-1)!, rightShape.at(-1)!];
    context.unify(depth, rightShape.at(-2)!);
    const [leftBatch, rightBatch] = [leftShape.slice(0, -2), rightShape.slice(0, -2)];
    const batch = broadcastShape(context, [leftBatch, rightBatch]);
    const padded = (axes: typeof leftBatch) => [...Array(batch.length - axes.length).fill(known(1)), ...axes];
    const shape = [
      ...batch,
      ...(left.shape.length > 1 ? [rows] : []),
      ...(right.shape.length > 1 ? [columns] : []),
    ];
    const output = context.allocate("f32", shape);
    const [items, count] = [context.count(batch), context.resolve(rows)];
    const units = isKnown(items)
      ? { ...count, per: ROWS_PER_UNIT, times: items.constant }
      : isKnown(count)
        ? { ...items, times: Math.ceil(count.constant / ROWS_PER_UNIT) }
        : refuse(mismatch("js-unsupported", "rows and batch of nn.matmul are both open"));
    const extents = (name: string, axes: typeof leftBatch) =>
      Object.fromEntries(padded(axes).map((extent, axis) => [`${name}${axis}`, extent]));
    context.step(matrixProduct(batch.length), units, {
      left: left.address,
      right: right.address,
      output: output.address,
      rows,
      depth,
      columns,
      ...extents("left", leftBatch),
      ...extents("right", rightBatch),
    });
    context.define(results.output, output);
  }),
];
