import { i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { codeBytes } from "./codes.ts";
import { describeScaleFormat, type ScaleFormat } from "./group-scale.ts";
import { elementAt, storeFirst } from "./lanes.ts";
import { describeNorm, normalizeRow, normParameters, type RowNorm } from "./norm.ts";
import { chooseScale, describeOffset, encodeGroup, type IntegerCodes } from "./quantize-group.ts";

/** Rows of `width` elements in groups of neighbours that share a scale; the last of a row may be shorter. */
export interface Groups {
  readonly width: number;
  readonly group: number;
}
export const groupsPerRow = ({ width, group }: Groups): number => Math.ceil(width / group);

/** Where scales come from: the values of each group, or [groups] f32 that all rows share; these have no shifts. */
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
 * there are such, `zeros` i32 or `shifts` f32, all [rows, groups] that are written or [groups] that are read. A unit of work is a
 * row. The input must be finite; what is not gives some code.
 */
export function quantizeRows(quantization: RowQuantization): Kernel {
  return defineKernel({
    name: `quantize_${describeQuantization(quantization)}`,
    parameters: ["input", ...quantizationParameters(quantization)],
    build(f, parameters) {
      const { begin, end, input } = parameters;
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
  return defineKernel({
    name: `${describeNorm(norm)}_quantize_${describeQuantization(quantization)}`,
    parameters: ["input", ...normParameters(norm), ...quantizationParameters(quantization), "workspace"],
    build(f, parameters) {
      const { begin, end, input, workspace } = parameters;
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

type CodeParameter = "codes" | "scales" | "zeros" | "shifts";
const quantizationParameters = ({ codes }: RowQuantization): readonly CodeParameter[] => [
  ...(["codes", "scales"] as const),
  ...(codes.zero ? (["zeros"] as const) : []),
  ...(codes.shift ? (["shifts"] as const) : []),
];

function describeQuantization({ groups, codes, scales }: RowQuantization): string {
  const { storage, range } = codes;
  const source = scales.kind === "static" ? "static" : describeScaleFormat(scales.format);
  return `${groups.width}_${groups.group}_${storage}_${range}${describeOffset(codes)}_${source}`;
}

/** Rounds the row `unit` of those that codes and scales are of; its floats are at `row`. */
export function quantizeRow(
  f: FunctionBuilder,
  quantization: RowQuantization,
  row: Local,
  unit: Local,
  { codes, scales, zeros, shifts }: Readonly<Record<CodeParameter, Local>>,
): void {
  const { groups, codes: integers, scales: source } = quantization;
  const perRow = groupsPerRow(groups);
  const bytes = codeBytes[integers.storage];
  const target = f.let(sum(codes, op("i32.mul", unit, groups.width * bytes)));
  const firstGroup = f.let(source.kind === "static" ? i32(0) : op("i32.mul", unit, perRow));
  const visit = (index: Local, count: number) => {
    const start = f.let(op("i32.mul", index, groups.group));
    const group = { source: f.let(elementAt(row, start)), count };
    const place = f.let(sum(firstGroup, index));
    const stored = {
      scale: elementAt(scales, place),
      zero: integers.zero && elementAt(zeros, place),
      shift: integers.shift && elementAt(shifts, place),
    };
    if (source.kind === "static") {
      const step = f.let(load("f32.load", stored.scale));
      const origin = stored.zero && f.let(load("i32.load", stored.zero));
      encodeGroup(f, integers, group, { step, origin }, f.let(elementAt(target, start, bytes)));
      return;
    }
    const scale = chooseScale(f, integers, source.format, group);
    f.store("f32.store", stored.scale, scale.step);
    if (stored.zero && scale.origin) f.store("i32.store", stored.zero, scale.origin);
    if (stored.shift && scale.shift) f.store("f32.store", stored.shift, scale.shift);
    encodeGroup(f, integers, group, scale, f.let(elementAt(target, start, bytes)));
  };
  const whole = Math.floor(groups.width / groups.group);
  f.for(0, whole, 1, (group) => visit(group, groups.group));
  if (whole < perRow) visit(f.let(i32(whole)), groups.width % groups.group);
}
