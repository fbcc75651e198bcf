import { mismatch } from "../../../../compiler/define/op.ts";
import type { DialectType, TensorType, Type } from "../../../../compiler/ir/types.ts";
import { normQuantize } from "../../../../dialects/js/ops.ts";
import { dequantize, quantize } from "../../../../dialects/lowp/ops.ts";
import { quantized } from "../../../../dialects/lowp/types.ts";
import type { Extent } from "../../artifact/program.ts";
import type { CodeStorage } from "../../kernels/codes.ts";
import { dequantizeRows } from "../../kernels/dequantize.ts";
import { rowNorm } from "../../kernels/norm.ts";
import {
  type Groups,
  groupsPerRow,
  normQuantizeRows,
  quantizeRows,
  type RowQuantization,
} from "../../kernels/quantize.ts";
import { type FloatElement, roundRows } from "../../kernels/round-rows.ts";
import { integerRange, scaleFormat, zeroRange } from "../code-formats.ts";
import type { StepArgument } from "../entry-builder.ts";
import { isKnown, known, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import { formOf } from "../value-forms.ts";
import type { CodedValue, DenseValue } from "../values.ts";
import { fixed } from "./normalize.ts";

/** Activations as integers with scales of their rows or of groups in rows. */
export const quantizeLowerings: readonly OpLowering[] = [
  defineLowering(quantize, ({ operands, attributes: { seed }, results }, context) => {
    if (seed !== undefined) refuseType("with stochastic rounding");
    const input = context.dense(operands.input);
    const held = formOf(context.typeOf(results.output));
    if (held) return context.define(results.output, held.form.encode(context, held.type, input));
    const type = elementOf(context.typeOf(results.output));
    const [scale, zero] = [operands.scale, operands.zero].map((id) =>
      id === undefined ? undefined : context.dense(id),
    );
    const format = floatFormat(type);
    if (format) return context.define(results.output, rounded(context, type, input, { format, scale }));
    const plan = planOf(context, type, input.shape, scale);
    const codes = allocateCodes(context, type, input.shape, plan, { scale, zero });
    const rows = context.count(input.shape.slice(0, -1));
    const args = { input: input.address, ...argumentsOf(codes) };
    context.step(quantizeRows(plan), rows, args, workOf(context, input));
    context.define(results.output, codes);
  }),
  defineLowering(normQuantize, ({ operands, attributes: { norm, epsilon }, results }, context) => {
    const input = context.dense(operands.input);
    const type = elementOf(context.typeOf(results.output));
    const width = fixed(context, input.shape.at(-1), "the last axis of js.norm_quantize");
    const [gain, bias] = [operands.gain, operands.bias].map((id) =>
      id === undefined ? undefined : context.dense(id),
    );
    const kind = norm === "rms" ? "rms_norm" : "layer_norm";
    const rowsNorm = { kind, width, epsilon, gain: gain !== undefined, bias: bias !== undefined } as const;
    const rows = context.count(input.shape.slice(0, -1));
    const taken = {
      input: input.address,
      ...(gain && { gain: gain.address }),
      ...(bias && { bias: bias.address }),
    };
    const format = floatFormat(type);
    if (format) {
      const normed = context.allocate("f32", input.shape);
      context.step(rowNorm(rowsNorm), rows, { ...taken, output: normed.address });
      return context.define(results.output, rounded(context, type, normed, { format, scale: undefined }));
    }
    const plan = planOf(context, type, input.shape, undefined);
    const codes = allocateCodes(context, type, input.shape, plan, {});
    const workspace = context.workspace(16 * Math.ceil(width / 4));
    const args = { ...taken, ...argumentsOf(codes), workspace };
    context.step(normQuantizeRows(rowsNorm, plan), rows, args, workOf(context, input));
    context.define(results.output, codes);
  }),
  defineLowering(dequantize, ({ operands, results }, context) => {
    const value = context.value(operands.input);
    const held = formOf(context.typeOf(operands.input));
    if (value.kind === "coded" && held)
      context.define(results.output, held.form.decode(context, held.type, value));
    else if (value.kind === "coded") context.define(results.output, dequantized(context, value));
    else context.define(results.output, context.numbersOf(operands.input));
  }),
];

/** About how many operations an element takes to be rounded: its row's largest magnitude, a product, a conversion. */
const WORK = 16;

const workOf = (context: LoweringContext, { shape }: DenseValue): Extent =>
  scaled(context.count(shape), WORK);

/** The element format of activations in floats, which are rounded in place, as no kernel multiplies their codes. */
function floatFormat(type: DialectType): FloatElement["format"] | undefined {
  const element = quantized.is(type) ? type.parameters.element : undefined;
  if (element?.kind !== "float") return undefined;
  const { name } = element.type;
  return name === "f64" || name === "f32" || name === "f8E8M0FNU" ? refuseType(`to ${name}`) : name;
}

interface FloatRounding {
  readonly format: FloatElement["format"];
  readonly scale: DenseValue | undefined;
}

/** The floats that codes would stand for, without the codes. */
function rounded(
  context: LoweringContext,
  type: DialectType,
  input: DenseValue,
  { format, scale }: FloatRounding,
): CodedValue {
  const { groups, scales } = scalesOf(context, type, input.shape, scale);
  const output = context.allocate("f32", input.shape);
  context.step(roundRows({ groups, element: { format }, scales }), context.count(input.shape.slice(0, -1)), {
    input: input.address,
    output: output.address,
    ...(scale && { scales: scale.address }),
  });
  return { kind: "coded", type, shape: input.shape, parts: { rounded: output } };
}

/** The floats that codes stand for, as the interpreter rounds them. */
export function dequantized(context: LoweringContext, { type, shape, parts }: CodedValue): DenseValue {
  if (parts.rounded) return parts.rounded;
  const groups = groupsOf(context, type, shape);
  const { codes, scale, zero } = parts;
  const output = context.allocate("f32", shape);
  const kernel = dequantizeRows({
    groups,
    storage: codes!.element as CodeStorage,
    zeros: zero !== undefined,
    shared: isShared(context, scale!, groups),
  });
  context.step(kernel, context.count(shape.slice(0, -1)), {
    codes: codes!.address,
    scales: scale!.address,
    ...(zero && { zeros: zero.address }),
    output: output.address,
  });
  return output;
}

const elementOf = (type: Type): DialectType => (type as TensorType).element as DialectType;

const refuseType = (what: string): never =>
  refuse(
    mismatch("js-unsupported", `the js backend does not quantize activations ${what}`, {
      hint: "it takes integers of up to 16 bits with a scale for each row, or each group of neighbours in it",
    }),
  );

function groupsOf(context: LoweringContext, type: DialectType, shape: readonly Extent[]): Groups {
  if (!quantized.is(type)) return refuseType(`to !${type.name}`);
  const { block, tail } = type.parameters;
  const width = fixed(context, shape.at(-1), "the last axis of quantized activations");
  const last = block.at(-1) ?? "*";
  const isByRow = block.slice(0, -1).every((extent, axis) => extent === 1 || context.is(shape[axis]!, 1));
  if (!isByRow && !isWhole(type)) return refuseType("in blocks of several rows");
  if (tail === "pad" && last !== "*" && width % last !== 0) return refuseType("that pad their rows");
  return { width, group: last === "*" ? width : Math.min(last, width) };
}

/** One scale for all, which must be given: it is not known before all rows are seen. */
const isWhole = (type: DialectType): boolean =>
  quantized.is(type) && type.parameters.block.every((extent) => extent === "*");

/** What types say of scales, whatever the elements are. */
function scalesOf(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
  scale: DenseValue | undefined,
): Pick<RowQuantization, "groups" | "scales"> {
  const groups = groupsOf(context, type, shape);
  if (!quantized.is(type)) return refuseType(`to !${type.name}`);
  const { shift, rounding, overflow } = type.parameters;
  if (shift) return refuseType("with a shift");
  if (rounding !== "half_even" || overflow !== "saturate")
    return refuseType(`with rounding = ${rounding}, overflow = ${overflow}`);
  if (scale === undefined && isWhole(type) && !shape.slice(0, -1).every((extent) => context.is(extent, 1)))
    return refuseType("with one scale for all that depends on them");
  if (scale && !isShared(context, scale, groups)) return refuseType("with given scales of each row");
  return {
    groups,
    scales: scale
      ? { kind: "static" }
      : { kind: "dynamic", format: scaleFormat(type.parameters, refuseType) },
  };
}

function planOf(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
  scale: DenseValue | undefined,
): RowQuantization {
  if (!quantized.is(type)) return refuseType(`to !${type.name}`);
  const { zero } = type.parameters;
  const range = integerRange(type.parameters, refuseType);
  const codes = { storage: storageOf(range), range, zero: zero && zeroRange(zero, range, refuseType) };
  return { codes, ...scalesOf(context, type, shape, scale) };
}

/** Whether there is one scale for each group of a row, the same for all rows. */
const isShared = (context: LoweringContext, scale: DenseValue, groups: Groups): boolean => {
  const count = context.count(scale.shape);
  return isKnown(count) && count.constant === groupsPerRow(groups);
};

const storageOf = ([least, most]: readonly [number, number]): CodeStorage =>
  least >= -128 && most <= 127 ? "i8" : "i16";

interface GivenParts {
  readonly scale?: DenseValue | undefined;
  readonly zero?: DenseValue | undefined;
}

function allocateCodes(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
  { groups, codes }: RowQuantization,
  given: GivenParts,
): CodedValue {
  const scales = [...shape.slice(0, -1), known(groupsPerRow(groups))];
  const zero = given.zero ?? (codes.zero && context.allocate("i32", scales));
  return {
    kind: "coded",
    type,
    shape,
    parts: {
      codes: context.allocate(codes.storage, shape),
      scale: given.scale ?? context.allocate("f32", scales),
      ...(zero && { zero }),
    },
  };
}

const argumentsOf = ({
  parts: { codes, scale, zero },
}: CodedValue): Readonly<Record<string, StepArgument>> => ({
  codes: codes!.address,
  scales: scale!.address,
  ...(zero && { zeros: zero.address }),
});
