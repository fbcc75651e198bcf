import { mismatch } from "../../../../compiler/define/op.ts";
import { broadcastTo, transpose } from "../../../../dialects/nn/ops/shape.ts";
import { pad, slice } from "../../../../dialects/nn/ops/slice.ts";
import type { Extent } from "../../artifact/program.ts";
import { stridedCopy } from "../../kernels/copy.ts";
import { add, elements, isKnown, known, product, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import { type Address, bytesOf, type DenseValue } from "../values.ts";

/** An axis of a copy, with distances in elements. */
export interface MovedAxis {
  readonly extent: Extent;
  readonly source: Extent;
  readonly target: Extent;
}

/** Ops that only move elements. */
export const movementLowerings: readonly OpLowering[] = [
  defineLowering(transpose, ({ operands, attributes: { permutation }, results }, context) => {
    const input = context.dense(operands.input);
    const shape = permutation.map((axis) => input.shape[axis]!);
    const output = context.allocate(input.element, shape);
    const [from, to] = [stridesOf(context, input.shape), stridesOf(context, shape)];
    const axes = permutation.map((axis, i) => ({ extent: shape[i]!, source: from[axis]!, target: to[i]! }));
    copyAxes(context, input, output, axes);
    context.define(results.output, output);
  }),
  defineLowering(slice, ({ operands, attributes, results }, context) => {
    const input = context.dense(operands.input);
    const from = stridesOf(context, input.shape);
    const cuts = input.shape.map((extent, axis) =>
      cut(context, extent, {
        start: attributes.starts[axis]!,
        size: attributes.sizes[axis]!,
        stride: attributes.strides?.[axis] ?? 1,
      }),
    );
    const shape = cuts.map(({ size }) => size);
    const output = context.allocate(input.element, shape);
    const to = stridesOf(context, shape);
    const axes = cuts.map(({ size, stride }, axis) => ({
      extent: size,
      source: scaled(from[axis]!, stride),
      target: to[axis]!,
    }));
    const offset = cuts.map(({ start }, axis) => affine(product(start, from[axis]!))).reduce(add, known(0));
    copyAxes(context, input, output, axes, { source: offset });
    context.define(results.output, output);
  }),
  defineLowering(broadcastTo, ({ operands, attributes, results }, context) => {
    const input = context.dense(operands.input);
    const missing = attributes.shape.length - input.shape.length;
    const shape = attributes.shape.map((extent, axis) =>
      extent === -1 ? input.shape[axis - missing]! : known(extent),
    );
    context.define(results.output, repeated(context, input, shape));
  }),
  defineLowering(pad, ({ operands, attributes: { low, high, value }, results }, context) => {
    const input = context.dense(operands.input);
    const shape = input.shape.map((extent, axis) =>
      add(context.resolve(extent), known(low[axis]! + high[axis]!)),
    );
    const output = context.allocate(input.element, shape);
    const edge = input.element === "f32" ? Float32Array.of(value) : Int32Array.of(value);
    const address = context.constant(`edge ${input.element} ${value}`, () => new Uint8Array(edge.buffer));
    const to = stridesOf(context, shape);
    const whole = [{ extent: context.count(shape), source: known(0), target: known(1) }];
    copyAxes(context, { ...output, address }, output, whole);
    const from = stridesOf(context, input.shape);
    const axes = input.shape.map((extent, axis) => ({ extent, source: from[axis]!, target: to[axis]! }));
    const target = low.map((before, axis) => scaled(to[axis]!, before)).reduce(add, known(0));
    copyAxes(context, input, output, axes, { target });
    context.define(results.output, output);
  }),
];

/** A value repeated to a shape that it broadcasts to. */
export function repeated(context: LoweringContext, input: DenseValue, shape: readonly Extent[]): DenseValue {
  const output = context.allocate(input.element, shape);
  const missing = shape.length - input.shape.length;
  const [from, to] = [stridesOf(context, input.shape), stridesOf(context, shape)];
  const axes = shape.map((extent, axis) => {
    const own = input.shape[axis - missing];
    const isRepeated = own === undefined || context.is(own, 1);
    return { extent, source: isRepeated ? known(0) : from[axis - missing]!, target: to[axis]! };
  });
  copyAxes(context, input, output, axes);
  return output;
}

/** Elements between neighbours along each axis. */
export function stridesOf(context: LoweringContext, shape: readonly Extent[]): readonly Extent[] {
  const resolved = shape.map((extent) => context.resolve(extent));
  return resolved.map((_, axis) => affine(elements(resolved.slice(axis + 1))));
}

const affine = (extent: Extent | undefined): Extent =>
  extent ??
  refuse(
    mismatch("js-unsupported", "a distance in memory grows with the product of open extents", {
      hint: "give one of them a fixed extent in the types",
    }),
  );

/** Where a copy begins, in elements from where the values do. */
interface Offsets {
  readonly source?: Extent;
  readonly target?: Extent;
}

/** A step that moves elements along axes, outermost first. */
export function copyAxes(
  context: LoweringContext,
  from: DenseValue,
  to: DenseValue,
  axes: readonly MovedAxis[],
  { source = known(0), target = known(0) }: Offsets = {},
): void {
  const kept = axes.filter(({ extent }) => !context.is(extent, 1));
  const [last = { extent: known(1), source: known(1), target: known(1) }, ...outer] = kept.toReversed();
  outer.reverse();
  const is = (extent: Extent, value: number) => isKnown(extent) && extent.constant === value;
  const inner = !is(last.target, 1)
    ? "strided"
    : is(last.source, 1)
      ? "run"
      : is(last.source, 0)
        ? "repeat"
        : "strided";
  const bytes = bytesOf[from.element] as 1 | 2 | 4;
  const units = affine(elements(outer.map(({ extent }) => context.resolve(extent))));
  context.step(stridedCopy({ bytes, outer: outer.length, inner }), units, {
    source: moved(from.address, scaled(source, bytes)),
    target: moved(to.address, scaled(target, bytes)),
    inner: last.extent,
    innerSource: last.source,
    innerTarget: last.target,
    ...Object.fromEntries(
      outer.flatMap((axis, i) => [
        [`extent${i}`, axis.extent],
        [`source${i}`, axis.source],
        [`target${i}`, axis.target],
      ]),
    ),
  });
}

/** An address some bytes on. */
function moved(address: Address, bytes: Extent): Address {
  if (address.in === "buffer") return { ...address, offset: add(address.offset, bytes) };
  if (address.in === "weights" && isKnown(bytes))
    return { ...address, offset: address.offset + bytes.constant };
  return refuse(mismatch("js-unsupported", "a constant is cut at a place that is open"));
}

interface Cut {
  readonly start: number;
  readonly size: number;
  readonly stride: number;
}

/** The part of an axis that a slice takes; see `nn.slice`. */
function cut(context: LoweringContext, given: Extent, { start, size, stride }: Cut) {
  const extent = context.resolve(given);
  const first = start < 0 ? add(extent, known(start)) : known(start);
  if (size !== -1) return { start: first, size: known(size), stride };
  if (stride === 1) return { start: first, size: add(extent, scaled(first, -1)), stride };
  if (!isKnown(extent)) refuse(mismatch("js-unsupported", "an open axis is cut in steps"));
  const left = stride > 0 ? extent.constant - first.constant : first.constant + 1;
  return { start: first, size: known(Math.ceil(left / Math.abs(stride))), stride };
}
