import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import type { TensorType } from "../../../../compiler/ir/types.ts";
import { call } from "../../../../dialects/func/ops.ts";
import { get, observe, param } from "../../../../dialects/lowp/ops.ts";
import { readParam } from "../../../../dialects/lowp/params.ts";
import { readConstant } from "../../../../dialects/nn/kernels/read-constant.ts";
import { constant, iota, zeros } from "../../../../dialects/nn/ops/constant.ts";
import { positions } from "../../../../dialects/nn/ops/positions.ts";
import { refine } from "../../../../dialects/nn/ops/refine.ts";
import { reshape } from "../../../../dialects/nn/ops/shape.ts";
import { normalizeAxis } from "../../../../dialects/nn/shapes.ts";
import type { Extent } from "../../artifact/program.ts";
import { known, quotient } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";

/** Ops that make no step: what they give is known, or stands in memory already. */
export const structureLowerings: readonly OpLowering[] = [
  defineLowering(get, ({ attributes, results }, context) => {
    const definition = context.symbol(attributes.param);
    if (!definition || !param.is(definition)) return refuse(mismatch("symbol-kind", "it is no parameter"));
    const value = readParam(definition, (key) => context.resource(key));
    if (isMismatch(value)) return refuse(value);
    const key = `@${attributes.param.join("::@")}`;
    context.define(results.value, { kind: "known", key, type: context.typeOf(results.value), value });
  }),
  defineLowering(constant, ({ id, attributes, results }, context) => {
    const value = readConstant(attributes.value, "f32");
    if (isMismatch(value)) return refuse(value);
    context.define(results.output, {
      kind: "known",
      key: `constant ${id}`,
      type: context.typeOf(results.output),
      value,
    });
  }),
  defineLowering(zeros, ({ results }, context) => {
    const { shape, element } = context.typeOf(results.output) as TensorType;
    const count = shape.reduce((total, extent) => total * extent, 1);
    const data = element.kind === "integer" ? new Int32Array(count) : new Float32Array(count);
    const key = `zeros ${data.constructor.name} ${shape.join("x")}`;
    context.define(results.output, {
      kind: "known",
      key,
      type: context.typeOf(results.output),
      value: { shape, data },
    });
  }),
  defineLowering(iota, ({ attributes: { axis: given }, results }, context) => {
    const type = context.typeOf(results.output) as TensorType;
    const { shape } = type;
    const axis = normalizeAxis(given, shape.length);
    if (isMismatch(axis)) return refuse(axis);
    const inner = shape.slice(axis + 1).reduce((total, extent) => total * extent, 1);
    const count = shape.reduce((total, extent) => total * extent, 1);
    const data = Int32Array.from({ length: count }, (_, at) => Math.floor(at / inner) % shape[axis]!);
    const key = `iota ${shape.join("x")} along ${axis}`;
    context.define(results.output, { kind: "known", key, type, value: { shape, data } });
  }),
  defineLowering(positions, ({ operands, results }, context) => {
    const [extent = known(0)] = shapeOf(context, operands.input);
    const most = context.most(extent);
    const bytes = () => new Uint8Array(Int32Array.from({ length: most }, (_, i) => i).buffer);
    const address = context.constant(`positions ${most}`, bytes);
    context.define(results.output, {
      kind: "dense",
      element: "i32",
      shape: [extent],
      address,
      range: [0, most - 1],
    });
  }),
  defineLowering(refine, ({ operands, results }, context) =>
    context.define(results.output, context.value(operands.input)),
  ),
  defineLowering(reshape, ({ operands, attributes, results }, context) => {
    const value = context.dense(operands.input);
    context.define(results.output, { ...value, shape: reshaped(value.shape, attributes.shape, context) });
  }),
  defineLowering(call, ({ operands, attributes, results }, context) => {
    const inputs = operands.inputs.map((input) => context.value(input));
    const outputs = context.call(attributes.callee, inputs);
    for (const [i, output] of results.outputs.entries()) context.define(output, outputs[i]!);
  }),
  defineLowering(observe, () => {}),
];

/** The extents of a value, whatever it is. */
export function shapeOf(
  context: LoweringContext,
  id: Parameters<LoweringContext["value"]>[0],
): readonly Extent[] {
  const value = context.value(id);
  return value.kind === "known" ? value.value.shape.map(known) : value.shape;
}

/** A shape with one extent left open, -1, that takes what the others leave. */
function reshaped(
  from: readonly Extent[],
  to: readonly number[],
  context: LoweringContext,
): readonly Extent[] {
  const total = context.count(from);
  const rest = to.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  if (!to.includes(-1)) {
    context.unify(total, known(rest));
    return to.map(known);
  }
  const open =
    rest === 0
      ? known(0)
      : (quotient(total, rest) ??
        refuse(
          mismatch("js-unsupported", `the elements do not divide by ${rest} whatever the open extents are`),
        ));
  return to.map((extent) => (extent === -1 ? open : known(extent)));
}
