/**
 * f64[2^bits]: code c is 2^(−c / 2), for numbers in [0, 1] such as the results of a softmax. Even codes are exact
 * powers of two, odd ones √2 times the next lower. (RepQ-ViT, arXiv 2212.08254)
 */
export const logSqrt2 = (bits: number): Float64Array =>
  Float64Array.from({ length: 2 ** bits }, (_, code) =>
    code % 2 === 0 ? 2 ** (-code / 2) : Math.SQRT2 * 2 ** (-(code + 1) / 2),
  );
