import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import { maxFinite } from "../../../compiler/numeric/float-format.ts";
import { erf, erfc } from "../../nn/reference/erf.ts";
import { describeElement, floatFormatOf, gridBounds } from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";

/** What a kind of scale does to the range of a block. */
interface ScaleFit {
  /** How much larger than needed the scale is on average: 1.5 for powers of two, 1.05 for E4M3. */
  readonly slack: number;
  /** The share of a block's numbers that is on the grid for sure: the one its scale comes from. */
  readonly exactShare: number;
}

/**
 * The signal-to-noise ratio in dB that a block of Gaussian numbers has in a `!lowp.q` type, from its crest factor
 * alone, largest magnitude / root mean square. Signed elements without zero and shift; nothing clips. (Chen et al.,
 * INT v.s. FP, arXiv 2510.25602; F4)
 */
export function predictedNoise(type: Type, crest: number): number | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("predicting the noise", type);
  const { element, zero, shift } = type.parameters;
  const [lowest] = gridBounds(element);
  if (zero || shift || !(lowest < 0))
    return mismatch("predicted-noise", "the prediction is for signed elements with a scale alone");
  const scale = scaleFit(type.parameters);
  if (element.kind === "integer") return -10 * Math.log10(integerNoise(element.type.width, crest, scale));
  const float = floatFormatOf(element);
  if (!float)
    return mismatch(
      "predicted-noise",
      `element is ${describeElement(element)}, expected an integer or a float`,
    );
  const { mantissaBits, bias } = float.format;
  return -10 * Math.log10(floatNoise({ mantissaBits, bias, largest: maxFinite(float.format) }, crest, scale));
}

/**
 * The crest factor at which two types have the same predicted ratio, found between 1 and 64 to 1e-9; undefined where
 * one of them is better throughout.
 */
export function crestOfEqualNoise(one: Type, other: Type): number | Mismatch | undefined {
  const difference = (crest: number): number | Mismatch => {
    const [a, b] = [predictedNoise(one, crest), predictedNoise(other, crest)];
    if (typeof a !== "number") return a;
    return typeof b === "number" ? a - b : b;
  };
  let [low, high] = [1, 64];
  const first = difference(low);
  const last = difference(high);
  if (typeof first !== "number") return first;
  if (typeof last !== "number") return last;
  if (first > 0 === last > 0) return undefined;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if ((difference(middle) as number) > 0 === first > 0) low = middle;
    else high = middle;
  }
  return low;
}

function scaleFit({ scale, block }: QuantizedParameters): ScaleFit {
  if (scale.kind === "float" && scale.name === "f8E8M0FNU") return { slack: 1.5, exactShare: 0 };
  const size = block.reduce<number>((product, extent) => (extent === "*" ? Infinity : product * extent), 1);
  const isWide = scale.kind === "float" && ["f64", "f32", "f16", "bf16"].includes(scale.name);
  return { slack: isWide ? 1 : 1.05, exactShare: 1 / size };
}

/** Noise over signal of steps all alike: step² / 12, but for what is exact. */
const integerNoise = (bits: number, crest: number, { slack, exactShare }: ScaleFit): number =>
  ((slack * crest) ** 2 / (12 * 4 ** (bits - 1))) * (1 - exactShare);

interface FloatGrid {
  readonly mantissaBits: number;
  readonly bias: number;
  readonly largest: number;
}

/**
 * Noise over signal of a float: normals have an error relative to themselves, subnormals one of even steps, and what
 * is below half the smallest is lost. Bounds are in root mean squares.
 */
function floatNoise(
  { mantissaBits, bias, largest }: FloatGrid,
  crest: number,
  { slack, exactShare }: ScaleFit,
): number {
  const reach = slack * crest;
  const normal = (reach * 2 ** (1 - bias)) / largest;
  const least = (reach * 2 ** (-bias - mantissaBits)) / largest;
  const normalPower = 2 * (normal * density(normal) + erfc(normal / Math.SQRT2) / 2);
  const subnormalShare = erf(normal / Math.SQRT2) - erf(least / Math.SQRT2);
  const lostPower = erf(least / Math.SQRT2) - 2 * least * density(least);
  const relative = 1 / (24 * 4 ** mantissaBits);
  const even = 2 ** (2 * (1 - bias - mantissaBits)) / (12 * largest ** 2);
  return (
    relative * Math.max(0, normalPower - crest ** 2 * exactShare) +
    even * reach ** 2 * subnormalShare +
    lostPower
  );
}

const density = (x: number): number => Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
