import type { FloatData } from "../../compiler/numeric/tensor.ts";
import { HistogramCounter } from "../calibration/histogram.ts";

/** How often a value fell into each of equal bins of [-range, range). */
export interface SignedHistogram {
  readonly range: number;
  readonly counts: Float64Array;
  /** Values that are infinite or NaN, and in no bin. */
  readonly notFinite: number;
}

/** Counts values with their sign; the result does not depend on their order. */
export class SignedHistogramCounter {
  readonly #negative = new HistogramCounter();
  readonly #positive = new HistogramCounter();
  #notFinite = 0;

  add(values: FloatData): void {
    const finite = values.filter(Number.isFinite);
    this.#notFinite += values.length - finite.length;
    this.#negative.add(finite.filter((value) => value < 0));
    this.#positive.add(finite.filter((value) => value >= 0));
  }

  /** In `bins` bins, an even number that divides 4096; a value on the edge of two negative bins is in the lower. */
  finish(bins: number): SignedHistogram {
    const negative = this.#negative.finish();
    const positive = this.#positive.finish();
    const range = Math.max(negative.range, positive.range);
    const half = bins / 2;
    const counts = new Float64Array(bins);
    for (const [side, place] of [
      [negative, (bin: number) => half - 1 - bin],
      [positive, (bin: number) => half + bin],
    ] as const)
      for (const [fine, count] of side.counts.entries()) {
        // Both ranges are powers of two, so fine bins never straddle coarse ones, unless one is much narrower.
        const middle = ((fine + 0.5) / side.counts.length) * (side.range === 0 ? 0 : side.range / range);
        counts[place(Math.min(half - 1, Math.floor(middle * half)))]! += count;
      }
    return { range, counts, notFinite: this.#notFinite };
  }
}
