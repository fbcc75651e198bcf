import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, f32, type Local, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { type CodeStorage, codeBytes, storeCodes } from "./codes.ts";
import { type OffsetFormat, type ScaleFormat, storedOffset, storedScale } from "./group-scale.ts";
import { firstLanes, forFours, horizontal } from "./lanes.ts";
import { choose, splat, splatInteger, WHOLE, wholeOf } from "./vector-math.ts";

/** Whole numbers that stand for floats: scale · code, scale · (code - zero) or scale · code + shift. */
export interface IntegerCodes {
  readonly storage: CodeStorage;
  /** The least and the largest code. */
  readonly range: readonly [lowest: number, highest: number];
  /** What the zero point may be, within the range of codes; undefined where it is always 0. */
  readonly zero: readonly [lowest: number, highest: number] | undefined;
  /** What shifts are rounded to; undefined where there are none. Not together with zero points. */
  readonly shift?: OffsetFormat | undefined;
}

/** Part of a kernel's name. */
export const describeOffset = ({ zero, shift }: Omit<IntegerCodes, "storage">): string =>
  `${zero ? `_zero_${zero}` : ""}${shift ? `_shift_${shift}` : ""}`;

/** Neighbouring floats in memory that share a scale. */
export interface Group {
  readonly source: Local;
  readonly count: number;
}

/** The scale (f32), and the zero point (i32) or the shift (f32), of a group. */
export interface GroupScale {
  readonly step: Local;
  readonly origin: Local | undefined;
  readonly shift?: Local | undefined;
}

/** The scale from the largest magnitude of the values, which maps to `largest`. */
export function symmetricScale(
  f: FunctionBuilder,
  group: Group,
  format: ScaleFormat,
  largest: number,
): Local {
  return f.let(storedScale(f, format, largestOf(f, group), largest));
}

/** The largest magnitude of the values, in f64. */
export function largestOf(f: FunctionBuilder, group: Group): Local {
  const most = f.let(splat(0));
  forValues(f, group, (value) => f.set(most, op("f32x4.pmax", most, op("f32x4.abs", value))));
  return f.let(op("f64.promote_f32", horizontal("f32.max", most)));
}

/** Scale, and zero point or shift where codes have one, from the range of the values. */
export function chooseScale(
  f: FunctionBuilder,
  codes: Omit<IntegerCodes, "storage">,
  format: ScaleFormat,
  group: Group,
): GroupScale {
  if (!codes.zero && !codes.shift)
    return { step: symmetricScale(f, group, format, largestMagnitude(codes.range)), origin: undefined };
  const first = f.let(op("f32x4.splat", codes.shift ? load("f32.load", group.source) : f32(0)));
  const [least, most] = [f.let(first), f.let(first)];
  forValues(f, group, (value) => widen(f, least, most, value), codes.shift ? first : undefined);
  const low = f.let(horizontal("f32.min", least));
  return scaleOfRange(f, codes, format, { low, high: f.let(horizontal("f32.max", most)) });
}

/** Widens four ranges by one value each. */
export function widen(f: FunctionBuilder, least: Local, most: Local, value: Local): void {
  f.set(least, op("f32x4.pmin", least, value));
  f.set(most, op("f32x4.pmax", most, value));
}

/** From the ends of the range of values (f32), which holds 0 unless there is a shift. */
export function scaleOfRange(
  f: FunctionBuilder,
  { range: [lowest, highest], zero, shift }: Omit<IntegerCodes, "storage">,
  format: ScaleFormat,
  { low, high }: { readonly low: Local; readonly high: Local },
): GroupScale {
  if (!zero && !shift) {
    const magnitude = op("f32.max", op("f32.abs", low), op("f32.abs", high));
    const span = f.let(op("f64.promote_f32", magnitude));
    return {
      step: f.let(storedScale(f, format, span, largestMagnitude([lowest, highest]))),
      origin: undefined,
    };
  }
  const single = f.let(op("f32.sub", high, low));
  const double = op("f64.sub", op("f64.promote_f32", high), op("f64.promote_f32", low));
  // The difference of two finite numbers may be too large for an f32; it is then not rounded.
  const fits = op("f32.lt", single, Number.POSITIVE_INFINITY);
  const span = f.let(select(op("f64.promote_f32", single), double, fits));
  const step = f.let(storedScale(f, format, span, highest - lowest));
  if (shift) {
    const ofLowest = op("f64.promote_f32", op("f32.mul", step, lowest));
    const wanted = op("f64.sub", op("f64.promote_f32", low), ofLowest);
    // A group of one value is its own shift.
    const offset = f.let(select(op("f64.promote_f32", low), wanted, op("f32.eq", low, high)));
    return { step, origin: undefined, shift: f.let(storedOffset(f, shift, offset)) };
  }
  if (!zero) return unreachable("an offset is a zero point or a shift");
  const distance = op("f64.promote_f32", op("f32.div", low, step));
  const origin = op("f64.nearest", op("f64.sub", lowest, distance));
  const bounds = [Math.max(lowest, zero[0]), Math.min(highest, zero[1])] as const;
  const bounded = op("f64.min", op("f64.max", origin, bounds[0]), bounds[1]);
  return { step, origin: f.let(op("i32.trunc_sat_f64_s", bounded)) };
}

/** The code that the largest magnitude maps to: 7 for -8 … 7, as -8 has no counterpart. */
function largestMagnitude([lowest, highest]: readonly [number, number]): number {
  if (highest <= 0) return -lowest;
  return lowest < 0 ? Math.min(-lowest, highest) : highest;
}

/** Visits four values of a group after four; what is behind its end is 0, or as given. */
function forValues(
  f: FunctionBuilder,
  { source, count }: Group,
  visit: (four: Local) => void,
  behind: Expression = splat(0),
): void {
  forFours(f, count, (offset, lanes) => {
    const four = load("v128.load", sum(source, offset));
    visit(f.let(lanes < 4 ? choose(firstLanes(lanes), four, behind) : four));
  });
}

/** Scales (f32x4), and zero points (i32x4) or shifts (f32x4), of four values. */
export interface LaneScales {
  readonly step: Local;
  readonly origin: Local | undefined;
  readonly shift?: Local | undefined;
}

/** The scales of values of one group. */
export const inAllLanes = (f: FunctionBuilder, { step, origin, shift }: GroupScale): LaneScales => ({
  step: f.let(op("f32x4.splat", step)),
  origin: origin && f.let(splatInteger(origin)),
  shift: shift && f.let(op("f32x4.splat", shift)),
});

/** From four floats to steps of the scale (f32x4), not rounded yet, within the range of codes less the zero point. */
export function stepCounter(
  f: FunctionBuilder,
  { range: [lowest, highest] }: Omit<IntegerCodes, "storage">,
  { step, origin, shift }: LaneScales,
): (four: Expression) => Expression {
  // Bounds less the zero point are whole numbers of few bits, so exact.
  const bound = (code: number) =>
    f.let(origin ? op("f32x4.convert_i32x4_s", op("i32x4.sub", splatInteger(code), origin)) : splat(code));
  const [least, most] = [bound(lowest), bound(highest)];
  return (four) => {
    const distance = shift ? op("f32x4.sub", four, shift) : four;
    // NaN is taken for the lowest.
    return op("f32x4.pmin", most, op("f32x4.pmax", least, op("f32x4.div", distance, step)));
  };
}

/** From four floats to their codes (i32x4), half to even. */
export function encoder(
  f: FunctionBuilder,
  codes: IntegerCodes,
  scales: LaneScales,
): (four: Expression) => Local {
  const countSteps = stepCounter(f, codes, scales);
  return (four) => {
    const whole = wholeOf(op("f32x4.add", countSteps(four), splat(WHOLE)));
    return f.let(scales.origin ? op("i32x4.add", whole, scales.origin) : whole);
  };
}

/** Stores the codes of a group from an address on. */
export function encodeGroup(
  f: FunctionBuilder,
  codes: IntegerCodes,
  { source, count }: Group,
  scale: GroupScale,
  target: Local,
): void {
  const { storage } = codes;
  const encode = encoder(f, codes, inAllLanes(f, scale));
  const place = f.let(target);
  forFours(f, count, (offset, lanes) => {
    storeCodes(f, storage, place, encode(load("v128.load", sum(source, offset))), lanes);
    f.advance(place, 4 * codeBytes[storage]);
  });
}
