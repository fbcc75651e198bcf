import { i32, type Local, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { type CodeStorage, codeBytes, splatInteger, storeCodes } from "./codes.ts";
import { describeScaleFormat, type ScaleFormat, storedScale } from "./group-scale.ts";
import { elementAt, firstLanes, horizontal, storeFirst } from "./lanes.ts";
import { describeNorm, normalizeRow, normParameters, type RowNorm } from "./norm.ts";
import { splat } from "./vector-math.ts";

/** Whole numbers that stand for floats: scale · code, or scale · (code - zero) where there is a zero point. */
export interface IntegerCodes {
  readonly storage: CodeStorage;
  /** The least and the largest code. */
  readonly range: readonly [lowest: number, highest: number];
  /** What the zero point may be, within the range of codes; undefined where it is always 0. */
  readonly zero: readonly [lowest: number, highest: number] | undefined;
}

/** Rows of `width` elements in groups of neighbours that share a scale; the last of a row may be shorter. */
export interface Groups {
  readonly width: number;
  readonly group: number;
}
export const groupsPerRow = ({ width, group }: Groups): number => Math.ceil(width / group);

/** Where scales come from: the values of each group, or [groups] f32 that all rows share. */
export type ScaleSource =
  | { readonly kind: "dynamic"; readonly format: ScaleFormat }
  | { readonly kind: "static" };

export interface RowQuantization {
  readonly groups: Groups;
  readonly codes: IntegerCodes;
  readonly scales: ScaleSource;
}

/**
 * Rounds rows of floats to codes as lowp.quantize does, bit by bit: half to even, at the scale as it is stored, values
 * beyond the range to its ends. Parameters: `input` [rows, width] f32, `codes` [rows, width], `scales` f32 and, where
 * there are zero points, `zeros` i32, both [rows, groups] that are written or [groups] that are read. A unit of work is a
 * row. The input must be finite; what is not gives some code.
 */
export function quantizeRows(quantization: RowQuantization): Kernel {
  return defineKernel<string>({
    name: `quantize_${describeQuantization(quantization)}`,
    parameters: ["input", ...quantizationParameters(quantization)],
    build(f, parameters) {
      const { begin, end, input } = parameters as Readonly<Record<"begin" | "end" | "input", Local>>;
      f.for(begin, end, 1, (unit) => {
        const row = f.let(sum(input, op("i32.mul", unit, 4 * quantization.groups.width)));
        quantizeRow(f, quantization, row, unit, parameters);
      });
    },
  });
}

/**
 * `rowNorm`, then `quantizeRows` of what it gives, with the same bits, but without writing it. Parameters: `input`
 * [rows, width] f32, those of the norm, those of the codes, and `workspace` of 4 · width bytes, rounded up to 16.
 */
export function normQuantizeRows(norm: RowNorm, quantization: RowQuantization): Kernel {
  return defineKernel<string>({
    name: `${describeNorm(norm)}_quantize_${describeQuantization(quantization)}`,
    parameters: ["input", ...normParameters(norm), ...quantizationParameters(quantization), "workspace"],
    build(f, parameters) {
      const { begin, end, input, workspace } = parameters as Readonly<
        Record<"begin" | "end" | "input" | "workspace", Local>
      >;
      f.for(begin, end, 1, (unit) => {
        const row = f.let(sum(input, op("i32.mul", unit, 4 * norm.width)));
        normalizeRow(f, norm, row, parameters, (offset, value, count) =>
          storeFirst(f, f.let(sum(workspace, offset)), value, count),
        );
        quantizeRow(f, quantization, workspace, unit, parameters);
      });
    },
  });
}

const quantizationParameters = ({ codes }: RowQuantization): readonly string[] =>
  codes.zero ? ["codes", "scales", "zeros"] : ["codes", "scales"];

function describeQuantization({ groups, codes, scales }: RowQuantization): string {
  const { storage, range, zero } = codes;
  const source = scales.kind === "static" ? "static" : describeScaleFormat(scales.format);
  return `${groups.width}_${groups.group}_${storage}_${range}${zero ? `_zero_${zero}` : ""}_${source}`;
}

function quantizeRow(
  f: FunctionBuilder,
  quantization: RowQuantization,
  row: Local,
  unit: Local,
  parameters: Readonly<Partial<Record<string, Local>>>,
): void {
  const { groups, codes: integers, scales: source } = quantization;
  const { codes, scales, zeros } = parameters as Readonly<Record<"codes" | "scales" | "zeros", Local>>;
  const perRow = groupsPerRow(groups);
  const target = f.let(sum(codes, op("i32.mul", unit, groups.width * codeBytes[integers.storage])));
  const firstGroup = f.let(source.kind === "static" ? i32(0) : op("i32.mul", unit, perRow));
  const visit = (group: Local, count: number) => {
    const start = f.let(op("i32.mul", group, groups.group));
    const span: GroupSpan = {
      count,
      source: f.let(elementAt(row, start)),
      target: f.let(elementAt(target, start, codeBytes[integers.storage])),
      scale: f.let(elementAt(scales, sum(firstGroup, group))),
      zero: integers.zero && f.let(elementAt(zeros, sum(firstGroup, group))),
    };
    if (source.kind === "dynamic") chooseScale(f, integers, source.format, span);
    encodeGroup(f, integers, span);
  };
  const whole = Math.floor(groups.width / groups.group);
  f.for(0, whole, 1, (group) => visit(group, groups.group));
  if (whole < perRow) visit(f.let(i32(whole)), groups.width % groups.group);
}

/** Addresses of one group's values, codes, scale and zero point. */
interface GroupSpan {
  readonly count: number;
  readonly source: Local;
  readonly target: Local;
  readonly scale: Local;
  readonly zero: Local | undefined;
}

/** Scale and zero point from the range of the values, widened to hold 0. */
function chooseScale(
  f: FunctionBuilder,
  { range: [lowest, highest], zero: zeroRange }: IntegerCodes,
  format: ScaleFormat,
  { count, source, scale, zero }: GroupSpan,
): void {
  const [least, most] = [f.let(splat(0)), f.let(splat(0))];
  forFours(f, count, (offset, lanes) => {
    const four = load("v128.load", sum(source, offset));
    const value = f.let(lanes < 4 ? op("v128.and", four, firstLanes(lanes)) : four);
    // Without zero points one extreme is enough: that of magnitudes.
    if (zeroRange) f.set(least, op("f32x4.min", least, value));
    f.set(most, op("f32x4.max", most, zeroRange ? value : op("f32x4.abs", value)));
  });
  const high = f.let(horizontal("f32.max", most));
  if (!zeroRange || !zero) {
    const span = f.let(op("f64.promote_f32", high));
    f.store("f32.store", scale, storedScale(f, format, span, symmetricDivisor([lowest, highest])));
    return;
  }
  const low = f.let(horizontal("f32.min", least));
  const single = f.let(op("f32.sub", high, low));
  const double = op("f64.sub", op("f64.promote_f32", high), op("f64.promote_f32", low));
  // The difference of two finite numbers may be too large for an f32; it is then not rounded.
  const fits = op("f32.lt", single, Number.POSITIVE_INFINITY);
  const span = f.let(select(op("f64.promote_f32", single), double, fits));
  const step = f.let(storedScale(f, format, span, highest - lowest));
  f.store("f32.store", scale, step);
  const distance = op("f64.promote_f32", op("f32.div", low, step));
  const origin = op("f64.nearest", op("f64.sub", lowest, distance));
  const bounds = [Math.max(lowest, zeroRange[0]), Math.min(highest, zeroRange[1])] as const;
  const bounded = op("f64.min", op("f64.max", origin, bounds[0]), bounds[1]);
  f.store("i32.store", zero, op("i32.trunc_sat_f64_s", bounded));
}

/** The code that the largest magnitude maps to: 7 for -8 … 7, as -8 has no counterpart. */
function symmetricDivisor([lowest, highest]: readonly [number, number]): number {
  if (highest <= 0) return -lowest;
  return lowest < 0 ? Math.min(-lowest, highest) : highest;
}

function encodeGroup(
  f: FunctionBuilder,
  { storage, range: [lowest, highest] }: IntegerCodes,
  { count, source, target, scale, zero }: GroupSpan,
): void {
  const step = f.let(load("v128.load32_splat", scale));
  const origin = zero && f.let(load("v128.load32_splat", zero));
  // Bounds of the steps before the zero point is added: whole numbers of few bits, so exact.
  const bound = (code: number) =>
    f.let(origin ? op("f32x4.convert_i32x4_s", op("i32x4.sub", splatInteger(code), origin)) : splat(code));
  const [least, most] = [bound(lowest), bound(highest)];
  const place = f.let(target);
  forFours(f, count, (offset, lanes) => {
    const steps = op("f32x4.nearest", op("f32x4.div", load("v128.load", sum(source, offset)), step));
    const bounded = op("f32x4.min", op("f32x4.max", steps, least), most);
    const whole = op("i32x4.trunc_sat_f32x4_s", bounded);
    const codes = f.let(origin ? op("i32x4.add", whole, origin) : whole);
    storeCodes(f, storage, place, codes, lanes);
    f.advance(place, 4 * codeBytes[storage]);
  });
}

/** Visits elements four by four: their offset in bytes of f32, and how many there are. */
function forFours(f: FunctionBuilder, count: number, visit: (offset: Local, lanes: number) => void): void {
  const whole = count - (count % 4);
  f.for(0, 4 * whole, 16, (offset) => visit(offset, 4));
  if (whole !== count) visit(f.let(i32(4 * whole)), count - whole);
}
