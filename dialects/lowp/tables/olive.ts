/** Magnitudes of outliers by the low three bits of their half; 0 is no outlier. E2M1 with a bias, times 8. */
const outliers = [0, 12, 16, 24, 32, 48, 64, 96] as const;
/** The half of a pair that gives way to its neighbour; it would be −8. */
const VICTIM = 8;
/** The largest integer of a pair. */
export const LARGEST_NORMAL = 7;

/** The largest value of a pair. */
export const LARGEST_OUTLIER = outliers[7];

/** In units of the integers, what one half of a code says beside another. */
function half(own: number, other: number): number {
  if (own === VICTIM) return 0;
  if (other !== VICTIM) return own < VICTIM ? own : own - 16;
  return own < VICTIM ? outliers[own]! : -outliers[own - VICTIM]!;
}

/**
 * f64[256, 2], two neighbours per code, the first in the low half. Halves are integers −7 … 7; where one is 1000b,
 * that neighbour is 0 and the other half an outlier: sign and 12, 16, 24, 32, 48, 64 or 96. (OliVe, arXiv 2304.07493)
 */
export const olivePairs = (): Float64Array =>
  Float64Array.from({ length: 512 }, (_, index) => {
    const [low, high] = [(index >> 1) & 15, index >> 5];
    return index % 2 === 0 ? half(low, high) : half(high, low);
  });

/**
 * The code with the least squared distance to a pair: two normals, or the first as an outlier, or the second, the
 * earlier of equals. Each half by itself is nearest, ties to the lower magnitude but for integers, which are even.
 */
export function encodePair(first: number, second: number, round: (value: number) => number): number {
  const normals = [nearestNormal(first, round), nearestNormal(second, round)] as const;
  const [high, low] = [nearestOutlier(first), nearestOutlier(second)];
  const both = (first - normals[0]) ** 2 + (second - normals[1]) ** 2;
  const firstOut = (first - outlierValue(high)) ** 2 + second * second;
  const secondOut = first * first + (second - outlierValue(low)) ** 2;
  if (both <= firstOut && both <= secondOut) return (normals[0] & 15) | ((normals[1] & 15) << 4);
  return firstOut <= secondOut ? high | (VICTIM << 4) : VICTIM | (low << 4);
}

const nearestNormal = (value: number, round: (value: number) => number): number =>
  Math.min(Math.max(round(value), -LARGEST_NORMAL), LARGEST_NORMAL);

const outlierValue = (code: number): number => half(code, VICTIM);

/** The half of the nearest outlier of the same sign. */
function nearestOutlier(value: number): number {
  const magnitude = Math.abs(value);
  let index = 1;
  while (index < 7 && magnitude > (outliers[index]! + outliers[index + 1]!) / 2) index++;
  return value < 0 ? index | VICTIM : index;
}
