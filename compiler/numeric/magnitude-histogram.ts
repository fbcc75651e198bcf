/** Bins of every histogram. */
export const HISTOGRAM_BINS = 2048;

/** How often |x| fell into each of 2048 equal bins of [0, range). */
export interface MagnitudeHistogram {
  /** The smallest power of two above every |x|; 0 while all values were 0. */
  readonly range: number;
  readonly counts: Float64Array;
}

/**
 * A magnitude that at least `fraction` of the values do not exceed: the upper edge of the first bin where
 * the counts reach it, at most range / 2048 above the exact percentile.
 */
export function absolutePercentile({ range, counts }: MagnitudeHistogram, fraction: number): number {
  const wanted = fraction * counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const bin = counts.findIndex((count) => {
    seen += count;
    return seen >= wanted;
  });
  return ((bin + 1) * range) / HISTOGRAM_BINS;
}
