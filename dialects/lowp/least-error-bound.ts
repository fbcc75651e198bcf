import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { HISTOGRAM_BINS, type MagnitudeHistogram } from "../../compiler/numeric/magnitude-histogram.ts";
import { storeFloatScales, wantedScales } from "./block-rule.ts";
import { dequantize } from "./dequantize.ts";
import { quantizeWith } from "./quantize.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { quantized } from "./types.ts";
import { notSupportedHere } from "./values.ts";

/** 1.00, 0.98, …, 0.02 of the largest magnitude. */
const factors: readonly number[] = Array.from({ length: 50 }, (_, index) => 1 - 0.02 * index);

/**
 * The clipping bound with the least Σ count · (q(|x|) − |x|)², |x| being the middle of its bin, at most `largest`;
 * of equals the largest. Magnitudes stand for both signs, so the grid must be the same on both sides.
 */
export function leastErrorBound(
  parameters: QuantizedParameters,
  largest: number,
  { range, counts }: MagnitudeHistogram,
): number | Mismatch {
  const { scale: scaleType, zero } = parameters;
  const type = quantized.of({ ...parameters, block: ["*"] });
  if (scaleType.kind !== "float") return notSupportedHere("a static scale", type);
  if (zero)
    return mismatch("static-rule", "scales = mse knows magnitudes only, but the type has a zero", {
      hint: "use scales = percentile<…>, or a type without zero",
    });
  const middles = counts.map((_, bin) => Math.min(((bin + 0.5) * range) / HISTOGRAM_BINS, largest));
  let best = largest;
  let least = Number.POSITIVE_INFINITY;
  for (const factor of factors) {
    const bound = largest * factor;
    const ranges = { lowest: Float64Array.of(-bound), highest: Float64Array.of(bound) };
    const scale = storeFloatScales(wantedScales(ranges, parameters, [1], true), scaleType, parameters);
    const value = quantizeWith({ shape: [middles.length], data: middles }, type, { scale });
    const numbers = isMismatch(value) ? value : dequantize(value, "f64");
    if (isMismatch(numbers)) return numbers;
    const error = middles.reduce((sum, x, bin) => sum + counts[bin]! * (numbers.data[bin]! - x) ** 2, 0);
    if (error >= least) continue;
    least = error;
    best = bound;
  }
  return best;
}
