import { mismatch } from "../../../../compiler/define/op.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import { DYNAMIC, type TensorType } from "../../../../compiler/ir/types.ts";
import { batchNorm as batchNormOp } from "../../../../dialects/nn/ops/norm.ts";
import { averagePool2d, globalAveragePool, maxPool2d } from "../../../../dialects/nn/ops/pool.ts";
import { batchNorm } from "../../kernels/norm.ts";
import { type Pool, pool2d } from "../../kernels/pool.ts";
import { known } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import { fixed } from "./normalize.ts";
import { reduceMiddle } from "./reduce.ts";

/** Ops on images [N, C, H, W], whose extents are known but for the first. */
export const visionLowerings: readonly OpLowering[] = [
  defineLowering(maxPool2d, ({ operands, attributes, results }, context) =>
    lowerPool(context, operands.input, results.output, {
      ...attributes,
      kind: "max",
      countIncludePad: false,
    }),
  ),
  defineLowering(averagePool2d, ({ operands, attributes, results }, context) =>
    lowerPool(context, operands.input, results.output, {
      ...attributes,
      kind: "average",
      countIncludePad: attributes.count_include_pad,
    }),
  ),
  defineLowering(
    batchNormOp,
    ({ operands: { input: id, ...parts }, attributes: { epsilon }, results }, context) => {
      const input = context.dense(id);
      const channels = fixed(context, input.shape[1], "the channels of nn.batch_norm");
      const inner = context.count(input.shape.slice(2));
      const output = context.allocate("f32", input.shape);
      const addresses = Object.entries(parts).map(([name, part]) => [name, context.dense(part).address]);
      context.step(batchNorm({ channels, epsilon }), context.count(input.shape.slice(0, 2)), {
        input: input.address,
        output: output.address,
        inner,
        ...Object.fromEntries(addresses),
      });
      context.define(results.output, output);
    },
  ),
  defineLowering(globalAveragePool, ({ operands, results }, context) => {
    const input = context.dense(operands.input);
    const shape = input.shape.map((extent, axis) => (axis < 2 ? extent : known(1)));
    const [outer, size] = [input.shape.slice(0, 2), input.shape.slice(2)].map((axes) => context.count(axes));
    const output = reduceMiddle(context, "mean", input, {
      outer: outer!,
      size: size!,
      inner: known(1),
      shape,
    });
    context.define(results.output, output);
  }),
];

/** Height and width of images that a type says. */
export function imageOf(context: LoweringContext, id: ValueId): readonly [number, number] {
  const [height = DYNAMIC, width = DYNAMIC] = (context.typeOf(id) as TensorType).shape.slice(2);
  return height === DYNAMIC || width === DYNAMIC
    ? refuse(
        mismatch("js-unsupported", "images must have known extents", { hint: "write them in the types" }),
      )
    : [height, width];
}

function lowerPool(
  context: LoweringContext,
  id: ValueId,
  result: ValueId,
  pool: Omit<Pool, "image" | "output">,
): void {
  const input = context.dense(id);
  const image = input.shape.slice(2).map((extent) => fixed(context, extent, "images of a pool"));
  const size = imageOf(context, result);
  const { kind, kernel, strides, pads, dilations, countIncludePad } = pool;
  const output = context.allocate("f32", [...input.shape.slice(0, 2), ...size.map(known)]);
  const shape: Pool = {
    kind,
    image: [image[0]!, image[1]!],
    output: size,
    kernel,
    strides,
    pads,
    dilations,
    countIncludePad,
  };
  context.step(pool2d(shape), context.count(input.shape.slice(0, 2)), {
    input: input.address,
    output: output.address,
  });
  context.define(result, output);
}
