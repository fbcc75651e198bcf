import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import { concat } from "../../../../dialects/nn/ops/shape.ts";
import { normalizeAxis } from "../../../../dialects/nn/shapes.ts";
import type { Extent } from "../../artifact/program.ts";
import { ELEMENTS_PER_UNIT, fusedElementwise } from "../../kernels/elementwise.ts";
import { add, known, product, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import { bytesOf, type DenseValue } from "../values.ts";
import { copyAxes, stridesOf } from "./movement.ts";
import { shapeOf } from "./structure.ts";

/** Joins tensors. Rows that come behind what a caller keeps, as with caches, are put there; nothing else moves. */
export const concatLowerings: readonly OpLowering[] = [
  defineLowering(concat, ({ operands, attributes, results }, context) => {
    const rank = shapeOf(context, operands.inputs[0]!).length;
    const axis = normalizeAxis(attributes.axis, rank);
    if (isMismatch(axis)) return refuse(axis);
    const filled = operands.inputs.filter((id) => !isEmpty(context, shapeOf(context, id)));
    const parts = (filled.length > 0 ? filled : operands.inputs.slice(0, 1)).map((id) => context.dense(id));
    context.define(results.output, joined(context, parts, axis));
  }),
];

const isEmpty = (context: LoweringContext, shape: readonly Extent[]): boolean =>
  shape.some((extent) => context.is(extent, 0));

interface Joint {
  readonly parts: readonly DenseValue[];
  readonly axis: number;
  readonly output: DenseValue;
}
/** What was joined already, by its first part: attention on a cache joins what nn.concat does. */
const joints = new WeakMap<DenseValue, readonly Joint[]>();

/** One tensor after another along an axis. */
export function joined(context: LoweringContext, parts: readonly DenseValue[], axis: number): DenseValue {
  const earlier = joints.get(parts[0]!) ?? [];
  const isSame = (joint: Joint) =>
    joint.axis === axis &&
    joint.parts.length === parts.length &&
    joint.parts.every((part, i) => part === parts[i]);
  const found = earlier.find(isSame);
  if (found) return found.output;
  const output = join(context, parts, axis);
  joints.set(parts[0]!, [...earlier, { parts, axis, output }]);
  return output;
}

function join(context: LoweringContext, parts: readonly DenseValue[], axis: number): DenseValue {
  const [first, ...others] = parts;
  if (others.length === 0) return first!;
  for (const other of others)
    for (const [at, extent] of other.shape.entries())
      if (at !== axis) context.unify(extent, first!.shape[at]!);
  const total = parts.map(({ shape }) => context.resolve(shape[axis]!)).reduce(add);
  const shape = first!.shape.with(axis, total);
  if (!context.is(context.count(shape.slice(0, axis)), 1)) return joinStrided(context, parts, axis, shape);
  const isExtended = first!.address.in === "buffer" && context.takesMore(first!.address.buffer);
  const output: DenseValue = isExtended ? { ...first!, shape } : context.allocate(first!.element, shape);
  const bytes = bytesOf[output.element];
  if (output.address.in === "buffer")
    context.extend(output.address.buffer, scaled(context.count(shape), bytes));
  let offset = isExtended ? scaled(context.count(first!.shape), bytes) : known(0);
  for (const part of isExtended ? others : parts) {
    copyTo(context, part, output, offset);
    offset = add(offset, scaled(context.count(part.shape), bytes));
  }
  return output;
}

/** Copies all elements of a value to where another is, some bytes behind its start. */
function copyTo(context: LoweringContext, from: DenseValue, to: DenseValue, offset: Extent): void {
  if (to.address.in !== "buffer") return;
  const count = context.count(from.shape);
  const element = from.element === "f32" ? "f32" : "i32";
  context.step(
    fusedElementwise({ element, inputs: ["same"], steps: [] }),
    { ...count, per: ELEMENTS_PER_UNIT },
    {
      input0: from.address,
      output: { ...to.address, offset: add(to.address.offset, offset) },
      rows: 1,
      width: count,
    },
  );
}

/** Each part goes to its place in every stretch of the axes before the one they are joined along. */
function joinStrided(
  context: LoweringContext,
  parts: readonly DenseValue[],
  axis: number,
  shape: readonly Extent[],
): DenseValue {
  const output = context.allocate(parts[0]!.element, shape);
  const to = stridesOf(context, shape);
  let target = known(0);
  for (const part of parts) {
    const from = stridesOf(context, part.shape);
    const axes = part.shape.map((extent, at) => ({ extent, source: from[at]!, target: to[at]! }));
    copyAxes(context, part, output, axes, { target });
    const width = product(context.resolve(part.shape[axis]!), to[axis]!);
    target = add(
      target,
      width ?? refuse(mismatch("js-unsupported", "parts are joined whose widths are open")),
    );
  }
  return output;
}
