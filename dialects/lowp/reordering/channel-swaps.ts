import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { Permutation } from "../permutation.ts";
import { columnsOf, fillRest, type KeptPattern, retainedSum, type StripeRest } from "./stripe-sums.ts";

/** How far the search for an order goes. */
export interface SwapSearch extends KeptPattern {
  /** Times that a local optimum is left by two random swaps and kept only if the search ends better. */
  readonly escapes: number;
  readonly seed: number;
}

/** An order of columns, and how many swaps led to it. */
export interface SwappedOrder {
  readonly perm: Permutation;
  readonly swaps: number;
}

/** Gains below this share of the sum are rounding. */
const TOLERANCE = 1e-10;

/**
 * The order of columns of a saliency matrix [R, K] in which most of it is among the `kept` largest of every `of`
 * neighbours, by greedy swaps: the best swap between each two stripes, in falling order of gain, as long as neither
 * stripe has been touched; stripes that have been are compared anew, until nothing gains. K is a multiple of `of`.
 * Costs K² R / 2 steps, and K R per swap. (Pool & Yu, Channel Permutations for N:M Sparsity, 2021)
 */
export function swapChannels(saliency: FloatTensor, search: SwapSearch): SwappedOrder {
  const [, width = 0] = saliency.shape;
  const state = new SwapState(saliency, search);
  let swaps = state.climb();
  let best = { order: state.order.slice(), sum: retainedSum(saliency, state.order, search) };
  const random = seededRandom(search.seed);
  for (let attempt = 0; attempt < search.escapes && width > search.of; attempt++) {
    for (let kick = 0; kick < 2; kick++) state.kick(random);
    swaps += 2 + state.climb();
    const sum = retainedSum(saliency, state.order, search);
    if (sum > best.sum * (1 + TOLERANCE)) best = { order: state.order.slice(), sum };
    else state.restart(best.order);
  }
  return { perm: { shape: [width], data: best.order }, swaps };
}

/** The best swap between two stripes. */
interface Swap {
  readonly left: number;
  readonly right: number;
  readonly gain: number;
}

class SwapState {
  order: Int32Array;
  readonly #pattern: KeptPattern;
  readonly #rows: number;
  readonly #columns: Float64Array;
  /** Σ over rows of each column. */
  readonly #totals: Float64Array;
  readonly #rest: StripeRest;
  readonly #least: number;
  /** Σ over rows that each stripe keeps. */
  readonly #kept: Float64Array;
  /** By stripes, the lower one first; places, not columns. */
  readonly #best: (Swap | undefined)[][];

  constructor(saliency: FloatTensor, pattern: KeptPattern) {
    const [rows = 0, width = 0] = saliency.shape;
    this.order = Int32Array.from({ length: width }, (_, column) => column);
    this.#pattern = pattern;
    this.#rows = rows;
    this.#columns = columnsOf(saliency);
    this.#totals = Float64Array.from({ length: width }, (_, column) =>
      this.#columns.subarray(column * rows, (column + 1) * rows).reduce((sum, value) => sum + value, 0),
    );
    this.#rest = {
      sums: new Float64Array(width),
      totals: new Float64Array(width),
      next: new Float64Array(rows * width),
    };
    this.#kept = new Float64Array(width / pattern.of);
    this.#best = Array.from(this.#kept, () => []);
    this.#least = TOLERANCE * retainedSum(saliency, this.order, pattern);
    this.#refresh([...this.#kept.keys()]);
  }

  /** Goes back to an order; only stripes that differ are looked at again. */
  restart(order: Int32Array): void {
    const { of } = this.#pattern;
    const differ = [...order.keys()].filter((place) => order[place] !== this.order[place]);
    this.order = order.slice();
    this.#refresh([...new Set(differ.map((place) => Math.floor(place / of)))]);
  }

  /** Swaps until nothing gains; gives the number of swaps. */
  climb(): number {
    let swaps = 0;
    for (;;) {
      const touched = this.#swapBest();
      if (touched.length === 0) return swaps;
      swaps += touched.length / 2;
      this.#refresh(touched);
    }
  }

  /** Swaps two columns of different stripes at random. */
  kick(random: () => number): void {
    const { of } = this.#pattern;
    const left = Math.floor(random() * this.order.length);
    const stripe = Math.floor(left / of);
    const drawn = Math.floor(random() * (this.order.length - of));
    const right = drawn < stripe * of ? drawn : drawn + of;
    this.#swap(left, right);
    this.#refresh([stripe, Math.floor(right / of)]);
  }

  #swap(left: number, right: number): void {
    const kept = this.order[left]!;
    this.order[left] = this.order[right]!;
    this.order[right] = kept;
  }

  /** Makes the swaps that gain most, each stripe being touched once; gives the stripes. */
  #swapBest(): readonly number[] {
    const gaining = this.#best
      .flatMap((row) => row.filter((swap) => swap !== undefined && swap.gain > this.#least))
      .sort((one, other) => other!.gain - one!.gain || one!.left - other!.left || one!.right - other!.right);
    const touched = new Set<number>();
    for (const swap of gaining) {
      const stripes = [swap!.left, swap!.right].map((place) => Math.floor(place / this.#pattern.of));
      if (stripes.some((stripe) => touched.has(stripe))) continue;
      this.#swap(swap!.left, swap!.right);
      for (const stripe of stripes) touched.add(stripe);
    }
    return [...touched];
  }

  #refresh(stripes: readonly number[]): void {
    for (const stripe of stripes) {
      const members = this.#members(stripe);
      fillRest(this.#rest, { columns: this.#columns, rows: this.#rows }, members, this.#pattern);
      this.#kept[stripe] = this.#keptWith(members[0]!, members[0]!);
    }
    const fresh = new Set(stripes);
    for (let lower = 0; lower < this.#kept.length; lower++)
      for (let upper = lower + 1; upper < this.#kept.length; upper++)
        if (fresh.has(lower) || fresh.has(upper)) this.#best[lower]![upper] = this.#bestSwap(lower, upper);
  }

  #members(stripe: number): Int32Array {
    const { of } = this.#pattern;
    return this.order.subarray(stripe * of, (stripe + 1) * of);
  }

  #bestSwap(lower: number, upper: number): Swap | undefined {
    const { of } = this.#pattern;
    const now = this.#kept[lower]! + this.#kept[upper]!;
    let best: Swap | undefined;
    for (let left = lower * of; left < (lower + 1) * of; left++)
      for (let right = upper * of; right < (upper + 1) * of; right++) {
        const [one, other] = [this.order[left]!, this.order[right]!];
        const gain = this.#keptWith(one, other) + this.#keptWith(other, one) - now;
        if (best === undefined || gain > best.gain) best = { left, right, gain };
      }
    return best;
  }

  /**
   * What the stripe of a column keeps with another in its place. max(a, b) is (a + b + |a − b|) / 2 here: which of the
   * two is larger cannot be foretold, and a branch on it takes several times as long.
   */
  #keptWith(column: number, by: number): number {
    const rows = this.#rows;
    const { sums, next, totals } = this.#rest;
    const columns = this.#columns;
    let [even, odd] = [0, 0];
    let [at, other] = [column * rows, by * rows];
    const end = at + rows;
    for (; at + 1 < end; at += 2, other += 2) {
      even += Math.abs(next[at]! - columns[other]!);
      odd += Math.abs(next[at + 1]! - columns[other + 1]!);
    }
    if (at < end) even += Math.abs(next[at]! - columns[other]!);
    return sums[column]! + (totals[column]! + this.#totals[by]! + even + odd) / 2;
  }
}
