/** Exponents of the loss that too few exponent and mantissa bits cost in training. (Sun et al., arXiv 2501.02423) */
const exponentPower = 3.1926;
const mantissaPower = 2.9543;

/** How many bits of a signed float the scaling law of training gives to exponent and mantissa; real numbers. (F1) */
export function optimalFloatSplit(bits: number): {
  readonly exponentBits: number;
  readonly mantissaBits: number;
} {
  const share = exponentPower / (exponentPower + mantissaPower);
  return { exponentBits: share * bits - 0.5, mantissaBits: (1 - share) * bits - 0.5 };
}
