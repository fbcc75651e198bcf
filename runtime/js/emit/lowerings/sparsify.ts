import { mismatch } from "../../../../compiler/define/op.ts";
import { normalQuantile } from "../../../../dialects/lowp/tables/normal-float.ts";
import { gaussianTopK, topK, weightInformedTopK } from "../../../../dialects/sparse/ops.ts";
import type { Kernel } from "../../kernel.ts";
import { rowThreshold } from "../../kernels/row-threshold.ts";
import { rowTopK, topKWorkspace } from "../../kernels/top-k.ts";
import type { StepArgument } from "../entry-builder.ts";
import { known, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";
import { fixed } from "./normalize.ts";

/** Ops that keep part of each row of activations. */
export const sparsifyLowerings: readonly OpLowering[] = [
  defineLowering(topK, ({ operands, attributes: { k }, results }, context) => {
    const input = context.dense(operands.input);
    const width = widthOf(context, input, { name: "sparse.top_k", k, dropped: 0 });
    const shape = { width, count: k, weighted: false };
    const workspace = context.workspace(topKWorkspace(shape));
    context.define(results.output, mapRows(context, rowTopK(shape), input, { workspace }));
  }),
  defineLowering(weightInformedTopK, ({ operands, attributes: { k }, results }, context) => {
    const [input, norms] = [context.dense(operands.input), context.dense(operands.norms)];
    const width = widthOf(context, input, { name: "sparse.weight_informed_top_k", k, dropped: 0 });
    context.unify(norms.shape[0]!, known(width));
    const shape = { width, count: k, weighted: true };
    const workspace = context.workspace(topKWorkspace(shape));
    const args = { factors: norms.address, workspace };
    context.define(results.output, mapRows(context, rowTopK(shape), input, args));
  }),
  defineLowering(gaussianTopK, ({ operands, attributes: { k, multiplier }, results }, context) => {
    const input = context.dense(operands.input);
    const width = widthOf(context, input, { name: "sparse.gaussian_top_k", k, dropped: 1 });
    const deviations = multiplier * normalQuantile(1 - k / width);
    context.define(results.output, mapRows(context, rowThreshold({ width, deviations }), input, {}));
  }),
];

/** Elements of a row, of which k are kept and at least `dropped` are not. */
function widthOf(
  context: LoweringContext,
  input: DenseValue,
  { name, k, dropped }: { readonly name: string; readonly k: number; readonly dropped: number },
): number {
  const width = fixed(context, input.shape.at(-1), `the last axis of ${name}`);
  if (k + dropped <= width) return width;
  return refuse(
    mismatch("top-k", `${name} is to keep ${k} of ${width}, expected at most ${width - dropped}`),
  );
}

/** About how many operations an element takes to be chosen or not. */
const WORK = 16;

function mapRows(
  context: LoweringContext,
  kernel: Kernel,
  input: DenseValue,
  args: Readonly<Record<string, StepArgument>>,
): DenseValue {
  const output = context.allocate("f32", input.shape);
  const rows = context.count(input.shape.slice(0, -1));
  const work = scaled(context.count(input.shape), WORK);
  context.step(kernel, rows, { input: input.address, output: output.address, ...args }, work);
  return output;
}
