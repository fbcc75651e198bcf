import { mismatch } from "../../../../compiler/define/op.ts";
import type { DialectType } from "../../../../compiler/ir/types.ts";
import type { QuantizedParameters } from "../../../../dialects/lowp/quantized-laws.ts";
import { quantized } from "../../../../dialects/lowp/types.ts";
import type { Extent } from "../../artifact/program.ts";
import type { WholeStorage } from "../../kernels/codes.ts";
import type { ScaleFormat } from "../../kernels/group-scale.ts";
import { type Groups, groupsPerRow, type RowQuantization } from "../../kernels/quantize.ts";
import type { IntegerCodes } from "../../kernels/quantize-group.ts";
import type { FloatElement } from "../../kernels/round-rows.ts";
import { integerRange, scaleFormat, zeroRange } from "../code-formats.ts";
import { isKnown } from "../extents.ts";
import { type LoweringContext, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";
import { fixed } from "./normalize.ts";

/** The element format of activations in floats, which are rounded in place, as no kernel multiplies their codes. */
export function floatFormat(type: DialectType): FloatElement["format"] | undefined {
  const element = quantized.is(type) ? type.parameters.element : undefined;
  if (element?.kind !== "float") return undefined;
  const { name } = element.type;
  return name === "f64" || name === "f32" || name === "f8E8M0FNU" ? refuseType(`to ${name}`) : name;
}

/** Refuses a type of activations. */
export const refuseType = (what: string): never =>
  refuse(
    mismatch("js-unsupported", `the js backend does not quantize activations ${what}`, {
      hint: "it takes integers of up to 16 bits with a scale for each row, or each group of neighbours in it",
    }),
  );

/** The groups of a row that share a scale, whatever else the type says. */
export function groupsOf(context: LoweringContext, type: DialectType, shape: readonly Extent[]): Groups {
  if (!quantized.is(type)) return refuseType(`to !${type.name}`);
  const { block, tail } = type.parameters;
  const width = fixed(context, shape.at(-1), "the last axis of quantized activations");
  const last = block.at(-1) ?? "*";
  const isByRow = block.slice(0, -1).every((extent, axis) => extent === 1 || context.is(shape[axis]!, 1));
  if (!isByRow && !isWhole(type)) return refuseType("in blocks of several rows");
  if (tail === "pad" && last !== "*" && width % last !== 0) return refuseType("that pad their rows");
  return { width, group: last === "*" ? width : Math.min(last, width) };
}

/** One scale for all. */
const isWhole = (type: DialectType): boolean =>
  quantized.is(type) && type.parameters.block.every((extent) => extent === "*");

/** Whether a scale is that of several rows, and not known before all of them are seen. */
export const dependsOnAll = (
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
): boolean => isWhole(type) && !shape.slice(0, -1).every((extent) => context.is(extent, 1));

/** As `groupsOf`, of types that kernels round to. */
export function roundedGroups(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
): { readonly groups: Groups; readonly parameters: QuantizedParameters } {
  const groups = groupsOf(context, type, shape);
  if (!quantized.is(type)) return refuseType(`to !${type.name}`);
  const { shift, rounding, overflow } = type.parameters;
  if (shift) return refuseType("with a shift");
  if (rounding !== "half_even" || overflow !== "saturate")
    return refuseType(`with rounding = ${rounding}, overflow = ${overflow}`);
  return { groups, parameters: type.parameters };
}

/** What types say of scales, whatever the elements are. */
export function scalesOf(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
  scale: DenseValue | undefined,
): Pick<RowQuantization, "groups" | "scales"> {
  const { groups, parameters } = roundedGroups(context, type, shape);
  if (!scale) return { groups, scales: { kind: "dynamic", format: scaleFormat(parameters, refuseType) } };
  if (!isShared(context, scale, groups)) return refuseType("with given scales of each row");
  return { groups, scales: { kind: "static" } };
}

/** What scales of groups are that are scaled once more, all by one; undefined for others. */
export function nestedScales({
  scale: held,
}: QuantizedParameters):
  | { readonly format: FloatElement["format"]; readonly outer: ScaleFormat }
  | undefined {
  if (held.kind !== "dialect" || !quantized.is(held)) return undefined;
  const { parameters } = held;
  const { zero, shift, rounding, overflow } = parameters;
  const format = floatFormat(held);
  const isPlain = !zero && !shift && rounding === "half_even" && overflow === "saturate";
  if (!format || !isWhole(held) || !isPlain)
    return refuseType("with scales that are scaled, but for floats that one scale is of");
  return { format, outer: scaleFormat(parameters, refuseType) };
}

/** How activations become integers. */
export function planOf(
  context: LoweringContext,
  type: DialectType,
  shape: readonly Extent[],
  scale: DenseValue | undefined,
): RowQuantization & { readonly codes: WholeCodes } {
  if (!quantized.is(type)) return refuseType(`to !${type.name}`);
  const codes = codesOf(type.parameters);
  return { codes, ...scalesOf(context, type, shape, scale) };
}

/** Whether there is one scale for each group of a row, the same for all rows. */
export const isShared = (context: LoweringContext, scale: DenseValue, groups: Groups): boolean => {
  const count = context.count(scale.shape);
  return isKnown(count) && count.constant === groupsPerRow(groups);
};

type WholeCodes = IntegerCodes & { readonly storage: WholeStorage };

/** The codes of integers without shifts. */
export function codesOf(parameters: QuantizedParameters): WholeCodes {
  const range = integerRange(parameters, refuseType);
  const { zero } = parameters;
  return { storage: storageOf(range), range, zero: zero && zeroRange(zero, range, refuseType) };
}

const storageOf = ([least, most]: readonly [number, number]): WholeStorage =>
  least >= -128 && most <= 127 ? "i8" : "i16";
