import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { maxFinite, minPositive, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";
import { type Expression, extract, i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { castElements, type HeldFloatType } from "./cast.ts";
import { describeScaleFormat } from "./group-scale.ts";
import { elementAt, forFours, storeFirst } from "./lanes.ts";
import { type Groups, groupsPerRow, type ScaleSource } from "./quantize.ts";
import {
  chooseScale,
  describeOffset,
  type Group,
  type GroupScale,
  type IntegerCodes,
  inAllLanes,
  largestOf,
  stepCounter,
  symmetricScale,
} from "./quantize-group.ts";
import { choose, splat } from "./vector-math.ts";

/** A float format as the element of a block, without zero points. */
export interface FloatElement {
  readonly format: Exclude<HeldFloatType["format"], "f32">;
}

/** Scales of groups that are floats times one scale for all, as NVFP4 has them; of float elements. */
export interface NestedScales {
  readonly kind: "nested";
  readonly format: FloatElement["format"];
}

export interface RowRounding {
  readonly groups: Groups;
  readonly element: Omit<IntegerCodes, "storage"> | FloatElement;
  readonly scales: ScaleSource | NestedScales;
}

const SINGLE = { kind: "float", format: "f32" } as const;

/**
 * The numbers that `lowp.dequantize` of `lowp.quantize` gives, bit by bit, without codes between: elements are rounded
 * half to even at the scale as it is stored, and saturate. Parameters: `input` and `output` [rows, width] f32, which may
 * be the same, and for given scales, which shifts do not go with, `scales` f32 and, where there are zero points,
 * `zeros` i32, [groups]; for nested ones `outer` [1] f32. A unit of work is a row. The input must be finite.
 */
export function roundRows(rounding: RowRounding): Kernel {
  const { groups, element, scales: source } = rounding;
  const hasZeros = !("format" in element) && element.zero !== undefined;
  const given = [
    ...(source.kind === "nested" ? (["outer"] as const) : []),
    ...(source.kind === "static" ? (["scales"] as const) : []),
    ...(source.kind === "static" && hasZeros ? (["zeros"] as const) : []),
  ];
  return defineKernel({
    name: describeRounding(rounding),
    parameters: ["input", "output", ...given],
    build(f, { begin, end, input, output, scales, zeros, outer }) {
      const visit = (first: Local, index: Local, count: number) => {
        const start = f.let(sum(first, op("i32.mul", index, groups.group)));
        const group = { source: f.let(elementAt(input, start)), count };
        const scale =
          source.kind === "dynamic"
            ? ownScale(f, rounding, source, group)
            : source.kind === "nested"
              ? { step: nestedScale(f, rounding, source, group, outer), origin: undefined }
              : {
                  step: f.let(load("f32.load", elementAt(scales, index))),
                  origin: hasZeros ? f.let(load("i32.load", elementAt(zeros, index))) : undefined,
                };
        roundGroup(f, element, group, scale, f.let(elementAt(output, start)));
      };
      const whole = Math.floor(groups.width / groups.group);
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, groups.width));
        f.for(0, whole, 1, (index) => visit(first, index, groups.group));
        if (whole < groupsPerRow(groups)) visit(first, f.let(i32(whole)), groups.width % groups.group);
      });
    },
  });
}

function describeRounding({ groups, element, scales }: RowRounding): string {
  const format = scales.kind === "dynamic" ? `_${describeScaleFormat(scales.format)}` : "";
  const source = `${scales.kind}${scales.kind === "nested" ? `_${scales.format}` : format}`;
  const kind = "format" in element ? element.format : `${element.range}${describeOffset(element)}`;
  return `round_${groups.width}_${groups.group}_${kind}_${source}`;
}

function ownScale(
  f: FunctionBuilder,
  { element }: RowRounding,
  { format }: Extract<ScaleSource, { readonly kind: "dynamic" }>,
  group: Group,
): GroupScale {
  if (!("format" in element)) return chooseScale(f, element, format, group);
  const largest = maxFinite(namedFloatFormats[element.format]);
  return { step: symmetricScale(f, group, format, largest), origin: undefined };
}

/** The float nearest to the wanted scale, in steps of the outer one and not 0, times it. */
function nestedScale(
  f: FunctionBuilder,
  { element }: RowRounding,
  { format }: NestedScales,
  group: Group,
  outer: Local,
): Local {
  if (!("format" in element)) return unreachable("nested scales are of floats");
  const largest = maxFinite(namedFloatFormats[element.format]);
  const wanted = op("f32.demote_f64", op("f64.div", largestOf(f, group), largest));
  const unit = f.let(load("f32.load", outer));
  const count = f.let(op("f32x4.splat", op("f32.div", wanted, unit)));
  const level = f.let(castElements(f, { name: "cast", from: SINGLE, to: { kind: "float", format } }, count));
  const { [format]: inner } = namedFloatFormats;
  const bounded = op("f32x4.max", op("f32x4.min", level, splat(maxFinite(inner))), splat(minPositive(inner)));
  return f.let(op("f32.mul", extract("f32x4.extract_lane", bounded, 0), unit));
}

function roundGroup(
  f: FunctionBuilder,
  element: RowRounding["element"],
  { source, count }: Group,
  scale: GroupScale,
  target: Local,
): void {
  const step = f.let(op("f32x4.splat", scale.step));
  const toLevel = "format" in element ? floatLevel(f, element, step) : wholeLevel(f, element, scale);
  forFours(f, count, (offset, lanes) => {
    const level = toLevel(load("v128.load", sum(source, offset)));
    const scaled = op("f32x4.mul", level, step);
    const value = f.let(scale.shift ? op("f32x4.add", scaled, op("f32x4.splat", scale.shift)) : scaled);
    storeFirst(f, f.let(sum(target, offset)), value, lanes);
  });
}

/** Adding 0 makes -0 the code that it is. */
function wholeLevel(
  f: FunctionBuilder,
  element: Omit<IntegerCodes, "storage">,
  scale: GroupScale,
): (four: Expression) => Expression {
  const count = stepCounter(f, element, inAllLanes(f, scale));
  return (four) => op("f32x4.add", op("f32x4.nearest", count(four)), splat(0));
}

function floatLevel(
  f: FunctionBuilder,
  { format }: FloatElement,
  step: Local,
): (four: Expression) => Expression {
  const cast = { name: "cast", from: SINGLE, to: { kind: "float", format } } as const;
  const most = splat(maxFinite(namedFloatFormats[format]));
  // A nested scale may be rounded to 0; then nothing but 0 can be meant.
  const divisor = f.let(choose(op("f32x4.eq", step, splat(0)), splat(Number.POSITIVE_INFINITY), step));
  return (four) => {
    const value = castElements(f, cast, f.let(op("f32x4.div", four, divisor)));
    return op("f32x4.max", op("f32x4.min", value, most), op("f32x4.neg", most));
  };
}
