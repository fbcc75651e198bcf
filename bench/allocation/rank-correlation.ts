/** Spearman's rank correlation of pairs; equal values share the mean of their ranks. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number {
  const ranks = [0, 1].map((side) => ranksOf(pairs.map((pair) => pair[side]!)));
  const mean = (pairs.length - 1) / 2;
  const covariance = (left: readonly number[], right: readonly number[]) =>
    left.reduce((sum, rank, i) => sum + (rank - mean) * (right[i]! - mean), 0);
  const [first, second] = ranks as [readonly number[], readonly number[]];
  return covariance(first, second) / Math.sqrt(covariance(first, first) * covariance(second, second));
}

const ranksOf = (values: readonly number[]): readonly number[] =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
