import type { DialectType, TensorType, Type } from "../../../../compiler/ir/types.ts";
import { maxFinite, namedFloatFormats } from "../../../../compiler/numeric/float-format.ts";
import { normQuantize } from "../../../../dialects/js/ops.ts";
import { dequantize, quantize } from "../../../../dialects/lowp/ops.ts";
import type { Extent } from "../../artifact/program.ts";
import type { WholeStorage } from "../../kernels/codes.ts";
import { dequantizeRows } from "../../kernels/dequantize.ts";
import { rowNorm } from "../../kernels/norm.ts";
import { groupsPerRow, normQuantizeRows, quantizeRows } from "../../kernels/quantize.ts";
import { type FloatElement, roundRows } from "../../kernels/round-rows.ts";
import { wholeScale } from "../../kernels/whole-scale.ts";
import { scaleFormat } from "../code-formats.ts";
import type { StepArgument } from "../entry-builder.ts";
import { known, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering } from "../lowering.ts";
import { formOf } from "../value-forms.ts";
import type { CodedValue, DenseValue } from "../values.ts";
import { fixed } from "./normalize.ts";
import {
  codesOf,
  dependsOnAll,
  floatFormat,
  groupsOf,
  isShared,
  nestedScales,
  planOf,
  refuseType,
  roundedGroups,
  scalesOf,
} from "./quantize-plan.ts";

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
    context.define(results.output, encoded(context, type, input, { scale, zero }));
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
    if (floatFormat(type) || dependsOnAll(context, type, input.shape)) {
      const normed = context.allocate("f32", input.shape);
      context.step(rowNorm(rowsNorm), rows, { ...taken, output: normed.address });
      return context.define(results.output, encoded(context, type, normed, {}));
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

interface GivenParts {
  readonly scale?: DenseValue | undefined;
  readonly zero?: DenseValue | undefined;
}

/** Rounds floats with given scales, those of rows or groups in them, or one that all decide. */
function encoded(
  context: LoweringContext,
  type: DialectType,
  input: DenseValue,
  given: GivenParts,
): CodedValue {
  const isOpen = given.scale === undefined && dependsOnAll(context, type, input.shape);
  const { scale, zero } = isOpen ? partsOfAll(context, type, input) : given;
  const format = floatFormat(type);
  if (format) return rounded(context, type, input, { format, scale });
  const plan = planOf(context, type, input.shape, scale);
  const codes = allocateCodes(context, type, input.shape, plan, { scale, zero });
  const rows = context.count(input.shape.slice(0, -1));
  const args = { input: input.address, ...argumentsOf(codes) };
  context.step(quantizeRows(plan), rows, args, workOf(context, input));
  return codes;
}

/** The scale of all numbers, and their zero point where they have one. */
function partsOfAll(context: LoweringContext, type: DialectType, input: DenseValue): GivenParts {
  const { parameters } = roundedGroups(context, type, input.shape);
  const format = floatFormat(type);
  const element = format ? { format } : codesOf(parameters);
  const kernel = wholeScale({ element, format: scaleFormat(parameters, refuseType) });
  const scale = context.allocate("f32", [known(1)]);
  const zero = "zero" in element && element.zero ? context.allocate("i32", [known(1)]) : undefined;
  const count = context.count(input.shape);
  const args = { input: input.address, count, scale: scale.address, ...(zero && { zero: zero.address }) };
  context.step(kernel, 1, args);
  return { scale, zero };
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
  const { parameters } = roundedGroups(context, type, input.shape);
  const nested = scale ? undefined : nestedScales(parameters);
  const { groups, scales } = nested
    ? {
        groups: groupsOf(context, type, input.shape),
        scales: { kind: "nested", format: nested.format } as const,
      }
    : scalesOf(context, type, input.shape, scale);
  const output = context.allocate("f32", input.shape);
  const outer = nested && outerScale(context, input, format, nested);
  context.step(roundRows({ groups, element: { format }, scales }), context.count(input.shape.slice(0, -1)), {
    input: input.address,
    output: output.address,
    ...(scale && { scales: scale.address }),
    ...(outer && { outer: outer.address }),
  });
  return { kind: "coded", type, shape: input.shape, parts: { rounded: output } };
}

/** The scale of the scales of all groups: it follows from the largest number alone. */
function outerScale(
  context: LoweringContext,
  input: DenseValue,
  element: FloatElement["format"],
  { format, outer }: NonNullable<ReturnType<typeof nestedScales>>,
): DenseValue {
  const within = maxFinite(namedFloatFormats[element]);
  const scale = context.allocate("f32", [known(1)]);
  const args = { input: input.address, count: context.count(input.shape), scale: scale.address };
  context.step(wholeScale({ element: { format }, format: outer, within }), 1, args);
  return scale;
}

/** The floats that codes stand for, as the interpreter rounds them. */
export function dequantized(context: LoweringContext, { type, shape, parts }: CodedValue): DenseValue {
  if (parts.rounded) return parts.rounded;
  const groups = groupsOf(context, type, shape);
  const { codes, scale, zero } = parts;
  const output = context.allocate("f32", shape);
  const kernel = dequantizeRows({
    groups,
    storage: codes!.element as WholeStorage,
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

function allocateCodes(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
  { groups, codes }: ReturnType<typeof planOf>,
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
