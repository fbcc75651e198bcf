import type { FloatData } from "../../compiler/numeric/tensor.ts";

/** The least scale, so that a gain divided by it stays finite. */
const LEAST_SCALE = 1e-5;

/**
 * s_j = max|X_j|^α / max|W_ij|^(1−α), the maximum being over the rows of all weights [N, K] that meet the inputs;
 * at least 1e-5. A channel that is zero on either side keeps s = 1. (Xiao et al., SmoothQuant, 2023)
 */
export function smoothingScales(
  inputs: ArrayLike<number>,
  weights: readonly FloatData[],
  alpha: number,
): Float64Array {
  const channels = inputs.length;
  const largest = new Float64Array(channels);
  for (const weight of weights)
    for (let at = 0; at < weight.length; at++) {
      const channel = at % channels;
      largest[channel] = Math.max(largest[channel]!, Math.abs(weight[at]!));
    }
  return largest.map((weight, channel) => {
    const input = inputs[channel]!;
    if (input === 0 || weight === 0) return 1;
    return Math.max(input ** alpha / weight ** (1 - alpha), LEAST_SCALE);
  });
}
