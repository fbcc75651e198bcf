/** How a value between two neighbours on a grid is sent to one of them; floor and ceil go toward −∞ and +∞. */
export type Rounding = "half_even" | "half_away" | "floor" | "ceil" | "trunc" | "stochastic";

/** From 2^52 on every f64 is an integer, and in [2^52, 2^53) neighbours are exactly 1 apart. */
const firstIntegerOnly = 2 ** 52;

/** Rounds to the nearest integer, ties to even; exact for every f64. The sign is kept, so −0.3 gives −0. */
export function roundHalfEven(x: number): number {
  if (x === 0 || !(Math.abs(x) < firstIntegerOnly)) return x;
  // The addition itself rounds: its result has no fraction bits, and f64 addition is ties-to-even.
  return x > 0 ? x + firstIntegerOnly - firstIntegerOnly : -(firstIntegerOnly - x - firstIntegerOnly);
}

/**
 * The function that rounds an f64 to an integer in the given mode. Stochastic rounds up with a probability
 * equal to the fraction and needs `random`, uniform in [0, 1).
 */
export function rounder(mode: Rounding, random?: () => number): (x: number) => number {
  switch (mode) {
    case "half_even":
      return roundHalfEven;
    case "half_away":
      return roundHalfAway;
    case "floor":
      return Math.floor;
    case "ceil":
      return Math.ceil;
    case "trunc":
      return Math.trunc;
    case "stochastic":
      return stochasticRounder(random);
    default:
      throw new Error(`internal error: rounding ${mode satisfies never}`);
  }
}

/** floor(x + 0.5) would be wrong for the largest f64 below 0.5, whose sum with 0.5 rounds to 1. */
function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

function stochasticRounder(random: (() => number) | undefined): (x: number) => number {
  if (random === undefined) throw new Error("internal error: stochastic rounding without a random source");
  return (x) => {
    const below = Math.floor(x);
    return random() < x - below ? below + 1 : below;
  };
}
