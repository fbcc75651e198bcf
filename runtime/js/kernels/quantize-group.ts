import { type Expression, f32, type Local, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { type CodeStorage, codeBytes, storeCodes } from "./codes.ts";
import { type ScaleFormat, storedScale } from "./group-scale.ts";
import { firstLanes, forFours, horizontal } from "./lanes.ts";
import { splat, splatInteger, WHOLE, wholeOf } from "./vector-math.ts";

/** Whole numbers that stand for floats: scale · code, or scale · (code - zero) where there is a zero point. */
export interface IntegerCodes {
  readonly storage: CodeStorage;
  /** The least and the largest code. */
  readonly range: readonly [lowest: number, highest: number];
  /** What the zero point may be, within the range of codes; undefined where it is always 0. */
  readonly zero: readonly [lowest: number, highest: number] | undefined;
}

/** Neighbouring floats in memory that share a scale. */
export interface Group {
  readonly source: Local;
  readonly count: number;
}

/** The scale (f32) and the zero point (i32) of a group. */
export interface GroupScale {
  readonly step: Local;
  readonly origin: Local | undefined;
}

/** The scale from the largest magnitude of the values, which maps to `largest`. */
export function symmetricScale(
  f: FunctionBuilder,
  group: Group,
  format: ScaleFormat,
  largest: number,
): Local {
  const most = f.let(splat(0));
  forValues(f, group, (value) => f.set(most, op("f32x4.pmax", most, op("f32x4.abs", value))));
  const span = f.let(op("f64.promote_f32", horizontal("f32.max", most)));
  return f.let(storedScale(f, format, span, largest));
}

/** Scale and, where codes have one, zero point from the range of the values, widened to hold 0. */
export function chooseScale(
  f: FunctionBuilder,
  { range: [lowest, highest], zero }: Omit<IntegerCodes, "storage">,
  format: ScaleFormat,
  group: Group,
): GroupScale {
  if (!zero)
    return {
      step: symmetricScale(f, group, format, largestMagnitude([lowest, highest])),
      origin: undefined,
    };
  const [least, most] = [f.let(splat(0)), f.let(splat(0))];
  forValues(f, group, (value) => {
    f.set(least, op("f32x4.pmin", least, value));
    f.set(most, op("f32x4.pmax", most, value));
  });
  const [low, high] = [f.let(horizontal("f32.min", least)), f.let(horizontal("f32.max", most))];
  const single = f.let(op("f32.sub", high, low));
  const double = op("f64.sub", op("f64.promote_f32", high), op("f64.promote_f32", low));
  // The difference of two finite numbers may be too large for an f32; it is then not rounded.
  const fits = op("f32.lt", single, Number.POSITIVE_INFINITY);
  const span = f.let(select(op("f64.promote_f32", single), double, fits));
  const step = f.let(storedScale(f, format, span, highest - lowest));
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

/** Visits four values of a group after four; what is behind its end is 0. */
function forValues(f: FunctionBuilder, { source, count }: Group, visit: (four: Local) => void): void {
  forFours(f, count, (offset, lanes) => {
    const four = load("v128.load", sum(source, offset));
    visit(f.let(lanes < 4 ? op("v128.and", four, firstLanes(lanes)) : four));
  });
}

/** From four floats to steps of the scale (f32x4), not rounded yet, within the range of codes less the zero point. */
export function stepCounter(
  f: FunctionBuilder,
  { range: [lowest, highest] }: Omit<IntegerCodes, "storage">,
  { step, origin }: GroupScale,
): (four: Expression) => Expression {
  const divisor = f.let(op("f32x4.splat", step));
  // Bounds less the zero point are whole numbers of few bits, so exact.
  const bound = (code: number) =>
    f.let(op("f32x4.splat", origin ? op("f32.convert_i32_s", op("i32.sub", code, origin)) : f32(code)));
  const [least, most] = [bound(lowest), bound(highest)];
  // NaN is taken for the lowest.
  return (four) => op("f32x4.pmin", most, op("f32x4.pmax", least, op("f32x4.div", four, divisor)));
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
  const countSteps = stepCounter(f, codes, scale);
  const origin = scale.origin && f.let(splatInteger(scale.origin));
  const place = f.let(target);
  forFours(f, count, (offset, lanes) => {
    const steps = countSteps(load("v128.load", sum(source, offset)));
    const whole = wholeOf(op("f32x4.add", steps, splat(WHOLE)));
    storeCodes(f, storage, place, f.let(origin ? op("i32x4.add", whole, origin) : whole), lanes);
    f.advance(place, 4 * codeBytes[storage]);
  });
}
