import { NumberHeap } from "./number-heap.ts";

/** How adjacent tokens merge. */
export interface MergeRules {
  /** The token that spells left and right together; undefined when no such token may be made. */
  merge(left: number, right: number): number | undefined;
  /** The token's place among the distinct scores, best first from 0; below 2^21. */
  rank(token: number): number;
}

/**
 * Merges the adjacent pair whose merged token ranks best, the leftmost on ties, until no pair merges. The
 * result is that of rescanning all pairs after every merge, in time n log n: a heap holds the pairs by rank
 * and then place; a pair that a neighbour's merge has changed is left in the heap and skipped when it comes.
 */
export function mergePairs(tokens: readonly number[], rules: MergeRules): Int32Array {
  const chain = new Chain(tokens);
  const heap = new NumberHeap();
  const mergedAt = (at: number): number | undefined => {
    const right = chain.next(at);
    return right === undefined ? undefined : rules.merge(chain.token(at), chain.token(right));
  };
  const consider = (at: number | undefined): void => {
    const merged = at === undefined ? undefined : mergedAt(at);
    if (at !== undefined && merged !== undefined) heap.push(rules.rank(merged) * placeLimit + at);
  };
  for (let at = 0; at < tokens.length; at++) consider(at);
  for (let key = heap.pop(); key !== undefined; key = heap.pop()) {
    const at = key % placeLimit;
    const merged = chain.holds(at) ? mergedAt(at) : undefined;
    if (merged === undefined || rules.rank(merged) !== Math.floor(key / placeLimit)) continue;
    chain.mergeWithNext(at, merged);
    consider(chain.previous(at));
    consider(at);
  }
  return chain.tokens();
}

// Rank and place share one double, exact to 2^53.
const placeLimit = 2 ** 32;

const gone = -1;

/** A doubly linked list of tokens in arrays, its links numbered by original place. */
class Chain {
  readonly #tokens: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(tokens: readonly number[]) {
    this.#tokens = Int32Array.from(tokens);
    this.#next = Int32Array.from(tokens, (_, at) => at + 1);
    this.#previous = Int32Array.from(tokens, (_, at) => at - 1);
  }

  token(at: number): number {
    return this.#tokens[at]!;
  }

  holds(at: number): boolean {
    return this.#tokens[at] !== gone;
  }

  next(at: number): number | undefined {
    const next = this.#next[at]!;
    return next < this.#tokens.length ? next : undefined;
  }

  previous(at: number): number | undefined {
    const previous = this.#previous[at]!;
    return previous < 0 ? undefined : previous;
  }

  mergeWithNext(at: number, merged: number): void {
    const removed = this.#next[at]!;
    const after = this.#next[removed]!;
    this.#tokens[at] = merged;
    this.#tokens[removed] = gone;
    this.#next[at] = after;
    if (after < this.#previous.length) this.#previous[after] = at;
  }

  tokens(): Int32Array {
    return this.#tokens.filter((token) => token !== gone);
  }
}
