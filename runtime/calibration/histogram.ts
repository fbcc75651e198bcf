import { HISTOGRAM_BINS, type MagnitudeHistogram } from "../../compiler/numeric/magnitude-histogram.ts";
import type { FloatData } from "../../compiler/numeric/tensor.ts";

/**
 * Counts magnitudes. When a value does not fit, the range doubles and neighbouring bins merge; as ranges
 * are powers of two this loses nothing, so the histogram does not depend on the order of the values.
 */
export class HistogramCounter {
  #range = 0;
  readonly #counts = new Float64Array(HISTOGRAM_BINS);

  /** The values must be finite. */
  add(values: FloatData): void {
    this.#widen(rangeFor(largestMagnitude(values)));
    const counts = this.#counts;
    const range = this.#range === 0 ? 1 : this.#range;
    for (let i = 0; i < values.length; i++)
      counts[Math.floor((Math.abs(values[i]!) / range) * HISTOGRAM_BINS)]!++;
  }

  finish(): MagnitudeHistogram {
    return { range: this.#range, counts: this.#counts.slice() };
  }

  #widen(range: number): void {
    // Before the first number that is not 0, every count is in bin 0 and fits any range.
    if (this.#range === 0) this.#range = range;
    for (; this.#range < range; this.#range *= 2) mergePairs(this.#counts);
  }
}

function largestMagnitude(values: FloatData): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

// Not by Math.log2, which may round up to a power of two just below it. From 2^1023 on the range is infinite.
function rangeFor(largest: number): number {
  if (largest === 0) return 0;
  let range = 1;
  if (largest < 1) for (; range / 2 > largest; range /= 2);
  else for (; range <= largest; range *= 2);
  return range;
}

function mergePairs(counts: Float64Array): void {
  const half = counts.length / 2;
  for (let bin = 0; bin < half; bin++) counts[bin] = counts[2 * bin]! + counts[2 * bin + 1]!;
  counts.fill(0, half);
}
