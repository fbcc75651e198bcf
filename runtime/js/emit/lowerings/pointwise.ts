import { mismatch } from "../../../../compiler/define/op.ts";
import { describeType } from "../../../../compiler/ir/describe.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../../../compiler/ir/types.ts";
import * as binary from "../../../../dialects/nn/ops/binary.ts";
import { cast } from "../../../../dialects/nn/ops/cast.ts";
import { compare, where } from "../../../../dialects/nn/ops/select.ts";
import * as unary from "../../../../dialects/nn/ops/unary.ts";
import type { Extent } from "../../artifact/program.ts";
import type { ElementCast } from "../../kernels/cast.ts";
import {
  ELEMENTS_PER_UNIT,
  type ElementwiseAccess,
  type ElementwiseStep,
  fusedElementwise,
} from "../../kernels/elementwise.ts";
import type { BinaryFunction, UnaryFunction } from "../../kernels/pointwise-function.ts";
import { known } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";
import { repeated } from "./movement.ts";

type UnaryOp = typeof unary.relu;
type BinaryOp = typeof binary.add;

/** Ops whose kernels have their name. */
const unaryOps = {
  relu: unary.relu,
  silu: unary.silu,
  sigmoid: unary.sigmoid,
  tanh: unary.tanh,
  exp: unary.exp,
  log: unary.log,
  sqrt: unary.sqrt,
  erf: unary.erf,
  reciprocal: unary.reciprocal,
  floor: unary.floor,
  ceil: unary.ceil,
  round: unary.round,
  abs: unary.abs,
  neg: unary.neg,
} as const;
const binaryOps = {
  add: binary.add,
  sub: binary.sub,
  mul: binary.mul,
  div: binary.div,
  min: binary.min,
  max: binary.max,
  pow: binary.pow,
} as const;
const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>) => Object.keys(record) as Key[];

const lowerUnary = (definition: UnaryOp, name: keyof typeof unaryOps): OpLowering =>
  defineLowering(definition, ({ operands, results }, context) =>
    applyUnary(context, { name }, operands.input, results.output),
  );

const lowerBinary = (definition: BinaryOp, name: BinaryFunction): OpLowering =>
  defineLowering(definition, ({ operands, results }, context) => {
    const steps = [{ function: name, left: 0, right: 1 }] as const;
    context.define(
      results.output,
      applyChain(context, [context.dense(operands.left), context.dense(operands.right)], steps),
    );
  });

export const pointwiseLowerings: readonly OpLowering[] = [
  ...keysOf(unaryOps).map((name) => lowerUnary(unaryOps[name], name)),
  ...keysOf(binaryOps).map((name) => lowerBinary(binaryOps[name], name)),
  defineLowering(unary.gelu, ({ operands, attributes, results }, context) =>
    applyUnary(
      context,
      { name: attributes.approximation === "tanh" ? "gelu_tanh" : "gelu" },
      operands.input,
      results.output,
    ),
  ),
  defineLowering(unary.leakyRelu, ({ operands, attributes: { alpha }, results }, context) =>
    applyUnary(context, { name: "leaky_relu", alpha }, operands.input, results.output),
  ),
  defineLowering(unary.clip, ({ operands, attributes: { min, max }, results }, context) =>
    applyUnary(context, { name: "clip", min, max }, operands.input, results.output),
  ),
  defineLowering(cast, ({ operands, attributes: { element }, results }, context) => {
    const from = heldType((context.typeOf(operands.input) as TensorType).element);
    const to = heldType(element);
    const steps = [{ function: { name: "cast", from, to }, input: 0 }] as const;
    const result = to.kind === "float" ? "f32" : "i32";
    context.define(results.output, applyChain(context, [context.dense(operands.input)], steps, { result }));
  }),
  defineLowering(compare, ({ operands, attributes: { predicate }, results }, context) => {
    const inputs = [context.dense(operands.left), context.dense(operands.right)];
    const steps = [{ compare: predicate, left: 0, right: 1 }];
    context.define(results.output, applyChain(context, inputs, steps, { result: "i32" }));
  }),
  defineLowering(where, ({ operands: { condition, whenTrue, whenFalse }, results }, context) => {
    const inputs = [condition, whenTrue, whenFalse].map((id) => context.dense(id));
    const steps = [{ condition: 0, whenTrue: 1, whenFalse: 2 }];
    const of = inputs[1]!.element === "i32" ? "i32" : "f32";
    context.define(results.output, applyChain(context, inputs, steps, { of }));
  }),
];

/** How elements of a type stand in memory: floats of at most 32 bits as f32, integers of at most 32 as i32. */
function heldType(type: Type): ElementCast["from"] {
  if (type.kind === "float" && type.name !== "f64" && type.name !== "f8E8M0FNU")
    return { kind: "float", format: type.name };
  if (type.kind === "integer" && type.width <= 32)
    return { kind: "integer", width: type.width, signed: type.signedness !== "unsigned" && type.width > 1 };
  return refuse(mismatch("js-unsupported", `the js backend does not hold ${describeType(type)}`));
}

function applyUnary(context: LoweringContext, name: UnaryFunction, input: ValueId, output: ValueId): void {
  context.define(output, applyChain(context, [context.dense(input)], [{ function: name, input: 0 }]));
}

/** A step that computes a chain of pointwise ops on values that broadcast to one shape. */
export function applyChain(
  context: LoweringContext,
  inputs: readonly DenseValue[],
  steps: readonly ElementwiseStep[],
  elements: { readonly of?: "f32" | "i32"; readonly result?: "f32" | "i32" } = {},
): DenseValue {
  const shape = broadcastShape(
    context,
    inputs.map((input) => input.shape),
  );
  const { of: element = inputs[0]?.element === "i32" ? "i32" : "f32", result = element } = elements;
  const count = context.count(shape);
  const split = chooseWidth(context, inputs, shape);
  const operands = inputs.map((input) => {
    const access = split
      ? accessOf(context, input.shape, shape, split.axis)
      : isSame(context, input.shape, shape)
        ? "same"
        : undefined;
    return access
      ? { access, value: input }
      : { access: "same" as const, value: repeated(context, input, shape) };
  });
  const kernel = fusedElementwise({ element, inputs: operands.map(({ access }) => access), steps });
  const output = context.allocate(result, shape);
  const byRows = operands.some(({ access }) => access === "row" || access === "column");
  const [rows, width] = byRows && split ? [split.rows, split.width] : [known(1), count];
  const addresses = operands.map(({ value }, i) => [`input${i}`, value.address] as const);
  context.step(kernel, byRows ? rows : { ...count, per: ELEMENTS_PER_UNIT }, {
    ...Object.fromEntries(addresses),
    output: output.address,
    rows,
    width,
  });
  return output;
}

/** The common shape; open extents that meet are equal. */
export function broadcastShape(
  context: LoweringContext,
  shapes: readonly (readonly Extent[])[],
): readonly Extent[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const met = shapes.flatMap((shape) => shape[axis - rank + shape.length] ?? []);
    const [first = known(1), ...others] = met.filter((extent) => !context.is(extent, 1));
    for (const other of others) context.unify(first, other);
    return first;
  });
}

const isSame = (context: LoweringContext, shape: readonly Extent[], of: readonly Extent[]): boolean =>
  shape.length === of.length &&
  shape.every((extent, axis) => context.is(extent, 1) === context.is(of[axis]!, 1));

interface Split {
  /** Axes from here on are the width of a row. */
  readonly axis: number;
  readonly rows: Extent;
  readonly width: Extent;
}

/** Where to cut the axes into rows and width, so that operands that repeat are a row or a column. */
function chooseWidth(
  context: LoweringContext,
  inputs: readonly DenseValue[],
  shape: readonly Extent[],
): Split | undefined {
  for (let axis = shape.length; axis >= 0; axis--)
    if (inputs.every((input) => accessOf(context, input.shape, shape, axis)))
      return { axis, rows: context.count(shape.slice(0, axis)), width: context.count(shape.slice(axis)) };
  return undefined;
}

/** How an operand is read where axes from `axis` on are the width; undefined where it repeats in another way. */
function accessOf(
  context: LoweringContext,
  operand: readonly Extent[],
  shape: readonly Extent[],
  axis: number,
): ElementwiseAccess | undefined {
  const padded = [...Array.from({ length: shape.length - operand.length }, () => known(1)), ...operand];
  const repeats = padded.map((extent, at) => context.is(extent, 1) && !context.is(shape[at]!, 1));
  const keeps = padded.map((extent) => !context.is(extent, 1));
  if (!repeats.includes(true)) return "same";
  if (!keeps.includes(true)) return "scalar";
  const [outer, inner] = [repeats.slice(0, axis), repeats.slice(axis)];
  if (!inner.includes(true) && !keeps.slice(0, axis).includes(true)) return "row";
  if (!outer.includes(true) && !keeps.slice(axis).includes(true)) return "column";
  return undefined;
}
