import {
  floorLog2,
  maxFinite,
  minPositive,
  namedFloatFormats,
} from "../../../compiler/numeric/float-format.ts";
import { type Expression, f32, f64, i32, i64, type Local, op, select } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";

/** The type that scales are rounded to; powers of two are rounded as `scale_rounding` of `!lowp.q` says. */
export type ScaleFormat =
  | "f32"
  | Exclude<keyof typeof namedFloatFormats, "f8E8M0FNU">
  | { readonly powerOfTwo: "floor" | "ceil" | "nearest" };

export const describeScaleFormat = (format: ScaleFormat): string =>
  typeof format === "string" ? format : `power_of_two_${format.powerOfTwo}`;

/** A float type of scales that is not of powers of two. */
export type OffsetFormat = Exclude<ScaleFormat, object>;

const LARGEST_SINGLE = (2 - 2 ** -23) * 2 ** 127;

/**
 * The stored scale (f32) of a group whose values span `span` (f64, not negative) where codes span `divisor`: the quotient
 * rounded once to the format, half to even, and within its positive numbers; 1 for a span of 0. Powers of two as
 * OCP MX 1.0, §6.3, has them for `floor`; `ceil` is the least at which the span does not exceed the codes.
 */
export function storedScale(
  f: FunctionBuilder,
  format: ScaleFormat,
  span: Local,
  divisor: number,
): Expression {
  const quotient = f.let(op("f64.div", span, divisor));
  const scale =
    typeof format === "string"
      ? op("f32.demote_f64", roundedScale(f, format, quotient))
      : powerOfTwo(f, format.powerOfTwo, { span, quotient, divisor });
  return select(scale, f32(1), op("f64.gt", span, 0));
}

function roundedScale(f: FunctionBuilder, format: Exclude<ScaleFormat, object>, quotient: Local): Expression {
  if (format === "f32") return between(quotient, 2 ** -149, LARGEST_SINGLE);
  const { mantissaBits } = namedFloatFormats[format];
  const least = minPositive(namedFloatFormats[format]);
  return between(toMultiple(f, quotient, mantissaBits, least), least, maxFinite(namedFloatFormats[format]));
}

/** The nearest number of a format, ties to even, saturating, of a finite f64; as f32. */
export function storedOffset(f: FunctionBuilder, format: OffsetFormat, offset: Local): Expression {
  if (format === "f32") return op("f32.demote_f64", between(offset, -LARGEST_SINGLE, LARGEST_SINGLE));
  const { mantissaBits } = namedFloatFormats[format];
  const most = maxFinite(namedFloatFormats[format]);
  const rounded = toMultiple(f, offset, mantissaBits, minPositive(namedFloatFormats[format]));
  return op("f32.demote_f64", between(rounded, -most, most));
}

/** To a multiple of the distance of neighbours at x, which is a power of two, so all else is exact. */
function toMultiple(f: FunctionBuilder, x: Local, mantissaBits: number, least: number): Expression {
  const bits = op("i64.and", op("i64.reinterpret_f64", x), i64(0x7ff0000000000000n));
  const distance = op("f64.mul", op("f64.reinterpret_i64", bits), 2 ** -mantissaBits);
  const step = f.let(op("f64.max", distance, least));
  return op("f64.mul", op("f64.nearest", op("f64.div", x, step)), step);
}

const between = (value: Expression, least: number, most: number): Expression =>
  op("f64.min", op("f64.max", value, least), most);

interface Quotient {
  readonly span: Local;
  readonly quotient: Local;
  readonly divisor: number;
}

function powerOfTwo(
  f: FunctionBuilder,
  rounding: "floor" | "ceil" | "nearest",
  { span, quotient, divisor }: Quotient,
): Expression {
  const exponent = f.let(
    rounding === "nearest" ? exponentOf(quotient) : op("i32.sub", exponentOf(span), i32(floorLog2(divisor))),
  );
  const power = (value: Expression): Expression =>
    op("f64.reinterpret_i64", op("i64.shl", op("i64.extend_i32_s", op("i32.add", value, 1023)), 52));
  if (rounding === "ceil")
    f.advance(exponent, op("f64.lt", op("f64.mul", f64(divisor), power(exponent)), span));
  if (rounding === "nearest")
    f.advance(exponent, op("f64.gt", quotient, op("f64.mul", power(exponent), Math.SQRT2)));
  const { bias } = namedFloatFormats.f8E8M0FNU;
  const floor = select(exponent, i32(-bias), op("i32.gt_s", exponent, -bias));
  f.set(exponent, floor);
  f.set(exponent, select(exponent, i32(bias), op("i32.lt_s", exponent, bias)));
  return op("f32.demote_f64", power(exponent));
}

/** floor(log2 x) of a normal positive f64. */
const exponentOf = (x: Local): Expression =>
  op("i32.sub", op("i32.wrap_i64", op("i64.shr_u", op("i64.reinterpret_f64", x), 52)), 1023);
