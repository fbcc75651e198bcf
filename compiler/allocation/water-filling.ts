/** How a loss falls with what is spent: height · 2^(−decay · amount), for amounts from lowest to highest. */
export interface RateCurve {
  readonly height: number;
  /** Above 0. With costs in bits per number and round-off that halves with each bit, 2. */
  readonly decay: number;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Amounts that add up to the budget and lose least: each curve is spent on until one more unit saves the same
 * everywhere, or it reaches an end. Without ends and with one decay this is BAQ's closed form, half the binary
 * logarithm of a height over the geometric mean beside the mean amount; all curves then lose alike. (Reverse
 * water-filling; Cover and Thomas, 10.3.3.) With a budget below the lowest or above the highest amounts, these.
 */
export function fillWater(curves: readonly RateCurve[], budget: number): number[] {
  // A curve's gain of one unit is height · decay · ln 2 · 2^(−decay · amount); `level` is the gain's logarithm.
  const amountAt = ({ height, decay, lowest, highest }: RateCurve, level: number): number =>
    Math.min(highest, Math.max(lowest, (Math.log2(height * decay) - level) / decay));
  const amountsAt = (level: number): number[] => curves.map((curve) => amountAt(curve, level));
  const totalAt = (level: number): number => amountsAt(level).reduce((sum, amount) => sum + amount, 0);
  const gains = curves.map(({ height, decay }) => Math.log2(height * decay));
  const [least, most] = [Math.min(...gains), Math.max(...gains)];
  let [low, high] = [least, most];
  // At some distance every curve is at its end; beyond that, steps no longer help.
  for (let step = 1; totalAt(low) < budget && Number.isFinite(step); step *= 2) low = least - step;
  for (let step = 1; totalAt(high) > budget && Number.isFinite(step); step *= 2) high = most + step;
  // Until the level cannot be told apart from its neighbours.
  for (let round = 0; round < 2000; round++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (totalAt(middle) > budget) low = middle;
    else high = middle;
  }
  return amountsAt(high);
}

/** What curves lose at some amounts. */
export const curveLosses = (curves: readonly RateCurve[], amounts: readonly number[]): number[] =>
  curves.map(({ height, decay }, i) => height * 2 ** (-decay * amounts[i]!));
