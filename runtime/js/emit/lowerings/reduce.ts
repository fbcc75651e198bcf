import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import * as ops from "../../../../dialects/nn/ops/reduce.ts";
import { normalizeAxes, normalizeAxis } from "../../../../dialects/nn/shapes.ts";
import type { Extent } from "../../artifact/program.ts";
import { COLUMNS_PER_UNIT, type Reduction, reduceAxis, reductionUnits } from "../../kernels/reduce.ts";
import { isKnown, known, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";

type ReductionOp = typeof ops.sum;
const reductions: readonly (readonly [ReductionOp, Reduction["kind"]])[] = [
  [ops.sum, "sum"],
  [ops.mean, "mean"],
  [ops.prod, "prod"],
  [ops.reduceMax, "reduce_max"],
  [ops.reduceMin, "reduce_min"],
];

export const reduceLowerings: readonly OpLowering[] = [
  ...reductions.map(([definition, kind]) =>
    defineLowering(definition, ({ operands, attributes: { axes, keep_dims }, results }, context) => {
      const rank = context.dense(operands.input).shape.length;
      const found = normalizeAxes(axes ?? [...Array(rank).keys()], rank);
      if (isMismatch(found)) return refuse(found);
      lower(context, kind, operands.input, results.output, { axes: found, keep: keep_dims });
    }),
  ),
  defineLowering(ops.argmax, ({ operands, attributes: { axis, keep_dims }, results }, context) => {
    const found = normalizeAxis(axis, context.dense(operands.input).shape.length);
    if (isMismatch(found)) return refuse(found);
    lower(context, "argmax", operands.input, results.output, { axes: [found], keep: keep_dims });
  }),
];

interface Axes {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

function lower(
  context: LoweringContext,
  kind: Reduction["kind"],
  id: ValueId,
  result: ValueId,
  { axes, keep }: Axes,
): void {
  const input = context.dense(id);
  const sorted = axes.toSorted((a, b) => a - b);
  const [first = 0, last = -1] = [sorted[0], sorted.at(-1)];
  if (sorted.length > 0 && last - first + 1 !== sorted.length)
    refuse(
      mismatch("js-unsupported", `the js backend reduces neighbouring axes, not ${sorted.join(" and ")}`, {
        hint: "reduce them one after the other",
      }),
    );
  const shape = input.shape.flatMap((extent, axis) =>
    !axes.includes(axis) ? [extent] : keep ? [known(1)] : [],
  );
  const output = reduceMiddle(context, kind, input, {
    outer: context.count(input.shape.slice(0, first)),
    size: context.count(input.shape.slice(first, last + 1)),
    inner: context.count(input.shape.slice(last + 1)),
    shape,
  });
  context.define(result, output);
}

interface Middle {
  readonly outer: Extent;
  readonly size: Extent;
  readonly inner: Extent;
  /** Of the result. */
  readonly shape: readonly Extent[];
}

/** A step that reduces the middle of [outer, size, inner]. */
export function reduceMiddle(
  context: LoweringContext,
  kind: Reduction["kind"],
  input: DenseValue,
  { outer, size, inner, shape }: Middle,
): DenseValue {
  const element = input.element === "i32" ? "i32" : "f32";
  const output = context.allocate(kind === "argmax" ? "i32" : element, shape);
  // Blocks of the last axis for each index of the first: one of the two must be known.
  const blocks = reductionUnits(1, isKnown(inner) ? inner.constant : 1);
  const units = isKnown(inner)
    ? scaled(outer, blocks)
    : isKnown(outer)
      ? { ...inner, per: COLUMNS_PER_UNIT, times: outer.constant }
      : refuse(mismatch("js-unsupported", "a reduction between two open extents"));
  context.step(reduceAxis({ kind, element }), units, {
    input: input.address,
    output: output.address,
    size,
    inner,
  });
  return output;
}
