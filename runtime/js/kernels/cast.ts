import { maxFinite, minPositive, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";
import { type Expression, type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { choose, copySign, splat, splatInteger } from "./vector-math.ts";

/** An integer type as an i32 lane holds it: sign- or zero-extended, with 32 unsigned bits held as signed. */
export interface HeldInteger {
  readonly kind: "integer";
  /** From 1, which holds 0 or 1, to 32. */
  readonly width: number;
  readonly signed: boolean;
}
/** A float type whose numbers an f32 lane holds. */
export interface HeldFloatType {
  readonly kind: "float";
  readonly format: "f32" | Exclude<keyof typeof namedFloatFormats, "f8E8M0FNU">;
}

/** `nn.cast` between types of at most 32 bits. */
export interface ElementCast {
  readonly name: "cast";
  readonly from: HeldInteger | HeldFloatType;
  readonly to: HeldInteger | HeldFloatType;
}

const describe = (type: HeldInteger | HeldFloatType): string =>
  type.kind === "float" ? type.format : `${type.signed ? "" : "u"}i${type.width}`;
export const describeCast = ({ from, to }: ElementCast): string => `cast[${describe(from)},${describe(to)}]`;

/**
 * Four elements of another type: to floats the nearest, ties to even, f16 and bf16 overflowing to infinity and narrower ones
 * saturating; floats to integers toward zero, saturating, NaN to 0; integers to narrower ones by their low bits;
 * to i1 whether they are not 0. The bits of the interpreter, but for integers beyond 24 bits to floats narrower than
 * f32, which are rounded twice.
 */
export function castElements(f: FunctionBuilder, { from, to }: ElementCast, x: Local): Expression {
  if (to.kind === "float") {
    const single = f.let(from.kind === "float" ? x : toSingle(from, x));
    return to.format === "f32" ? single : roundToFormat(f, to.format, single);
  }
  if (to.width === 1) {
    const isZero = from.kind === "float" ? op("f32x4.eq", x, splat(0)) : op("i32x4.eq", x, splatInteger(0));
    return op("v128.and", op("v128.not", isZero), splatInteger(1));
  }
  return from.kind === "float" ? truncate(to, x) : wrap(to, x);
}

const toSingle = ({ signed, width }: HeldInteger, x: Local): Expression =>
  op(signed || width < 32 ? "f32x4.convert_i32x4_s" : "f32x4.convert_i32x4_u", x);

function truncate({ width, signed }: HeldInteger, x: Local): Expression {
  if (width === 32) return op(signed ? "i32x4.trunc_sat_f32x4_s" : "i32x4.trunc_sat_f32x4_u", x);
  const whole = op("i32x4.trunc_sat_f32x4_s", x);
  const [least, most] = signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1];
  return op("i32x4.min_s", op("i32x4.max_s", whole, splatInteger(least)), splatInteger(most));
}

function wrap({ width, signed }: HeldInteger, x: Local): Expression {
  if (width === 32) return x;
  return op(signed ? "i32x4.shr_s" : "i32x4.shr_u", op("i32x4.shl", x, 32 - width), 32 - width);
}

/** To the nearest multiple of the distance of neighbours at x, which is a power of two, so all else is exact. */
function roundToFormat(
  f: FunctionBuilder,
  name: Exclude<HeldFloatType["format"], "f32">,
  x: Local,
): Expression {
  const format = namedFloatFormats[name];
  const magnitude = f.let(op("f32x4.abs", x));
  const power = op("v128.and", magnitude, splatInteger(0x7f800000));
  const distance = op("f32x4.mul", power, splat(2 ** -format.mantissaBits));
  const step = f.let(op("f32x4.max", distance, splat(minPositive(format))));
  const steps = op("f32x4.nearest", op("f32x4.div", magnitude, step));
  const rounded = f.let(op("f32x4.mul", steps, step));
  const most = splat(maxFinite(format));
  const overflows = name === "f16" || name === "bf16";
  const bound = overflows
    ? choose(op("f32x4.gt", rounded, most), splat(Number.POSITIVE_INFINITY), rounded)
    : op("f32x4.min", rounded, most);
  // An infinity has no neighbours: its step is infinite.
  const isInfinite = op("f32x4.eq", magnitude, splat(Number.POSITIVE_INFINITY));
  const result = f.let(copySign(choose(isInfinite, overflows ? magnitude : most, f.let(bound)), x));
  // Some formats have no -0, and some no NaN.
  if (format.specials === "fnuz") return op("f32x4.add", result, splat(0));
  return format.specials === "none" ? choose(op("f32x4.eq", x, x), result, most) : result;
}
