import { roundHalfEven } from "../../compiler/numeric/rounding.ts";

/**
 * How many powers of two each channel lies below the largest: o_j = clip(round b_j − round min b, 0, 2^E − 1), where
 * b_j = 2^E − log₂ max|X_j| + log₂(2 − 2^−M) − 1 is the exponent bias with which a float of E exponent and M mantissa
 * bits just holds the channel. X_j · 2^o_j then needs the smallest bias for every channel. A channel that is always
 * zero gets 0. (Liu et al., LLM-FP4, 2023)
 */
export function exponentOffsets(
  largest: ArrayLike<number>,
  { exponentBits, mantissaBits }: { readonly exponentBits: number; readonly mantissaBits: number },
): Int32Array {
  const codes = 2 ** exponentBits;
  const biases = Array.from(largest, (magnitude) =>
    magnitude === 0
      ? Number.POSITIVE_INFINITY
      : codes - Math.log2(magnitude) + Math.log2(2 - 2 ** -mantissaBits) - 1,
  );
  const smallest = roundHalfEven(Math.min(...biases));
  return Int32Array.from(biases, (bias) =>
    Number.isFinite(bias) ? Math.min(Math.max(roundHalfEven(bias) - smallest, 0), codes - 1) : 0,
  );
}
