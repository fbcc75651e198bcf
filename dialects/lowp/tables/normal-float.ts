import { erfc } from "../../nn/reference/erf.ts";

/** The published values of NF4, which the rule gives to 1.1e-7: its quantiles were made in f32. (QLoRA, appendix E) */
const nf4 = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
] as const;

/** 1 − (1/30 + 1/32) / 2: beyond it lies half of what lies between two of 15 or 16 values. */
const lastQuantile = 0.9677083;

/**
 * f64[2^bits], ascending from −1 to 1 with 0 among them: quantiles of the normal distribution, evenly spaced in
 * probability on either side of zero, over the last one. bits = 4 is NF4. (LQ-LoRA, arXiv 2311.12023)
 */
export function normalFloats(bits: number): Float64Array {
  if (bits === 4) return Float64Array.from(nf4);
  const half = 2 ** (bits - 1);
  const largest = normalQuantile(lastQuantile);
  const below = Array.from(
    { length: half - 1 },
    (_, step) => 1 - lastQuantile + ((lastQuantile - 0.5) * step) / (half - 1),
  );
  const above = Array.from({ length: half + 1 }, (_, step) => 0.5 + ((lastQuantile - 0.5) * step) / half);
  return Float64Array.from([...below, ...above], (probability) =>
    probability === 0.5 ? 0 : normalQuantile(probability) / largest,
  );
}

/**
 * x with Φ(x) = probability, to a few units in the last place for 0.01 … 0.99; odd about 0.5. By Newton's method
 * from 0.
 */
export function normalQuantile(probability: number): number {
  if (probability < 0.5) return -normalQuantile(1 - probability);
  let x = 0;
  for (let step = 0; step < 50; step++) {
    const excess = erfc(-x / Math.SQRT2) / 2 - probability;
    const next = x - excess * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    if (next === x) break;
    x = next;
  }
  return x;
}
