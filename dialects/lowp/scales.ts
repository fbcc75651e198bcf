import { type FloatType, floatBits } from "../../compiler/ir/types.ts";
import { makeEncoder } from "../../compiler/numeric/float-encode.ts";
import {
  decodeTable,
  floorLog2,
  maxFinite,
  minPositive,
  namedFloatFormats,
} from "../../compiler/numeric/float-format.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { namedFormat } from "./named-format.ts";
import type { ScaleRounding } from "./quantized-laws.ts";

/** What a block spans, and what the format spans: the wanted scale of block i is `spans[i] / divisor`. */
export interface WantedScales {
  readonly spans: Float64Array;
  readonly divisor: number;
  readonly shape: readonly number[];
}

export const wantedScale = ({ spans, divisor }: WantedScales, block: number): number =>
  spans[block]! / divisor;

/**
 * Wanted scales as positive numbers of a float type, rounded once from the f64 quotient, half to even; f8E8M0FNU
 * by `rounding`. A span of zero gives 1, or with `tiny` the smallest scale there is.
 */
export function roundScales(
  wanted: WantedScales,
  type: FloatType,
  { rounding, tiny }: { readonly rounding: ScaleRounding; readonly tiny: boolean },
): Tensor<Float32Array | Float64Array> {
  const { spans, divisor, shape } = wanted;
  const data = floatBits[type.name] === 64 ? new Float64Array(spans.length) : new Float32Array(spans.length);
  const round = type.name === "f8E8M0FNU" ? powerOfTwo(divisor, rounding) : positiveRounder(type);
  for (let block = 0; block < spans.length; block++) {
    const empty = spans[block] === 0 && !tiny;
    data[block] = empty ? 1 : round(wantedScale(wanted, block), spans[block]!);
  }
  return { shape, data };
}

type RoundScale = (scale: number, span: number) => number;

function positiveRounder(type: FloatType): RoundScale {
  if (type.name === "f64") return (scale) => Math.max(scale, Number.MIN_VALUE);
  if (type.name === "f32") {
    const [least, most] = [2 ** -149, (2 - 2 ** -23) * 2 ** 127];
    return (scale) => Math.fround(Math.min(Math.max(scale, least), most));
  }
  const format = namedFormat(type.name);
  const [least, most] = [minPositive(format), maxFinite(format)];
  const encode = makeEncoder(format);
  const values = decodeTable(format);
  return (scale) => Math.min(Math.max(values[encode(scale)]!, least), most);
}

const { bias } = namedFloatFormats.f8E8M0FNU;

/**
 * floor: 2^(floor(log2 span) − floor(log2 divisor)), the shared scale of OCP MX 1.0, §6.3. ceil: the least power of
 * two at which the span does not exceed the format. nearest: the power of two with the nearest logarithm.
 * Exponents are read from bits and clamped to [−127, 127].
 */
function powerOfTwo(divisor: number, rounding: ScaleRounding): RoundScale {
  const divisorExponent = floorLog2(divisor);
  const exponentOf: Record<ScaleRounding, RoundScale> = {
    floor: (_, span) => floorLog2(span) - divisorExponent,
    ceil(_, span) {
      const exponent = floorLog2(span) - divisorExponent;
      return divisor * 2 ** exponent < span ? exponent + 1 : exponent;
    },
    nearest(scale) {
      const exponent = floorLog2(scale);
      return scale > Math.SQRT2 * 2 ** exponent ? exponent + 1 : exponent;
    },
  };
  const exponent = exponentOf[rounding];
  return (scale, span) => 2 ** (scale > 0 ? Math.min(Math.max(exponent(scale, span), -bias), bias) : -bias);
}
