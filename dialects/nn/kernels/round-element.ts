import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { FloatType, IntegerType } from "../../../compiler/ir/types.ts";
import { makeEncoder } from "../../../compiler/numeric/float-encode.ts";
import { decode, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";

/** The nearest value of a float type, ties to even; f16 and bf16 overflow to infinity, narrower types saturate. */
export function roundToFloat({ name }: FloatType): (x: number) => number {
  if (name === "f64") return (x) => x;
  if (name === "f32") return Math.fround;
  const overflow = name === "f16" || name === "bf16" ? "inf" : "saturate";
  const format = namedFloatFormats[name];
  const encode = makeEncoder(format, { overflow });
  return (x) => decode(format, encode(x));
}

/** A whole number as its low bits read it: i1 is 0 or 1, other signless types are signed. */
export function wrapToInteger({ width, signedness }: IntegerType): (x: bigint) => bigint {
  const isUnsigned = signedness === "unsigned" || width === 1;
  return isUnsigned ? (x) => BigInt.asUintN(width, x) : (x) => BigInt.asIntN(width, x);
}

/** Toward zero, saturating at the bounds of the type; NaN becomes 0. */
export function truncateToInteger(type: IntegerType): (x: number) => bigint {
  const [smallest, largest] = boundsOf(type);
  return (x) => {
    if (Number.isNaN(x)) return 0n;
    if (!Number.isFinite(x)) return x < 0 ? smallest : largest;
    const whole = BigInt(Math.trunc(x));
    return whole < smallest ? smallest : whole > largest ? largest : whole;
  };
}

function boundsOf({ width, signedness }: IntegerType): readonly [bigint, bigint] {
  const bits = BigInt(width);
  switch (signedness) {
    case "unsigned":
      return [0n, (1n << bits) - 1n];
    case "signed":
    case "signless":
      return [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
    default:
      return unreachable(`signedness ${signedness satisfies never}`);
  }
}
