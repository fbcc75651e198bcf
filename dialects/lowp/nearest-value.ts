import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { Rounding } from "../../compiler/numeric/rounding.ts";

/**
 * The function from a number to the code of a table of scalars, f64[2^bits] in any order: the nearest value under
 * the rounding mode, ties of half_even to the even code, and to the lower value where both codes are even or odd.
 * Of equal values the highest code is used. Numbers beyond the ends get the end. `random` is for stochastic rounding.
 */
export function makeNearestEncoder(
  table: Float64Array,
  { rounding, random }: { readonly rounding: Rounding; readonly random?: (() => number) | undefined },
): (value: number) => number {
  const { values, codes } = ascending(table);
  const goesUp = upwardRule(rounding, codes, random);
  const last = values.length - 1;
  return (value) => {
    if (!(value > values[0]!)) return codes[0]!;
    if (value >= values[last]!) return codes[last]!;
    const below = lastNotAbove(values, value);
    if (values[below] === value) return codes[below]!;
    return codes[goesUp(value, values[below]!, values[below + 1]!, below) ? below + 1 : below]!;
  };
}

/** The distinct values in order, each with its code. */
function ascending(table: Float64Array): { readonly values: Float64Array; readonly codes: Int32Array } {
  const order = Array.from(table.keys())
    .filter((code) => !Number.isNaN(table[code]))
    .sort((one, other) => table[one]! - table[other]! || other - one);
  const distinct = order.filter((code, index) => index === 0 || table[order[index - 1]!] !== table[code]);
  return {
    values: Float64Array.from(distinct, (code) => table[code]!),
    codes: Int32Array.from(distinct),
  };
}

/** The last index whose value is at most the given one, which lies between the ends. */
function lastNotAbove(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Whether a value between two neighbours goes to the upper one. */
type GoesUp = (value: number, lower: number, upper: number, index: number) => boolean;

function upwardRule(rounding: Rounding, codes: Int32Array, random: (() => number) | undefined): GoesUp {
  const nearest =
    (atTie: GoesUp): GoesUp =>
    (value, lower, upper, index) => {
      const [below, above] = [value - lower, upper - value];
      return below === above ? atTie(value, lower, upper, index) : above < below;
    };
  switch (rounding) {
    case "half_even":
      return nearest(
        (_value, _lower, _upper, index) => codes[index]! % 2 !== 0 && codes[index + 1]! % 2 === 0,
      );
    case "half_away":
      return nearest((value) => value > 0);
    case "floor":
      return () => false;
    case "ceil":
      return () => true;
    case "trunc":
      return (value) => value < 0;
    case "stochastic":
      if (!random) return unreachable("stochastic rounding has a source of random numbers");
      return (value, lower, upper) => random() * (upper - lower) < value - lower;
    default:
      return unreachable(`rounding ${rounding satisfies never}`);
  }
}
