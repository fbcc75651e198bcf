import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Extent } from "../artifact/program.ts";

export const known = (constant: number): Extent => ({ constant, terms: [] });
export const isKnown = ({ terms }: Extent): boolean => terms.length === 0;

/** a + b. */
export function add(a: Extent, b: Extent): Extent {
  const terms = new Map(a.terms);
  for (const [symbol, coefficient] of b.terms) terms.set(symbol, (terms.get(symbol) ?? 0) + coefficient);
  return {
    constant: a.constant + b.constant,
    terms: [...terms].filter(([, coefficient]) => coefficient !== 0).sort(([one], [other]) => one - other),
  };
}

export const scaled = ({ constant, terms }: Extent, by: number): Extent =>
  by === 0
    ? known(0)
    : { constant: constant * by, terms: terms.map(([symbol, coefficient]) => [symbol, coefficient * by]) };

/** a · b, of which one must be known; undefined where the product is not affine in the symbols. */
export const product = (a: Extent, b: Extent): Extent | undefined =>
  isKnown(a) ? scaled(b, a.constant) : isKnown(b) ? scaled(a, b.constant) : undefined;

/** Elements of a shape; undefined where two of its extents are open. */
export const elements = (shape: readonly Extent[]): Extent | undefined =>
  shape.reduce<Extent | undefined>((total, extent) => total && product(total, extent), known(1));

/** a / by, where every part of a is a multiple. */
export const quotient = (a: Extent, by: number): Extent | undefined =>
  [a.constant, ...a.terms.map(([, coefficient]) => coefficient)].every((part) => part % by === 0)
    ? { constant: a.constant / by, terms: a.terms.map(([symbol, coefficient]) => [symbol, coefficient / by]) }
    : undefined;

/**
 * The open extents of one function. Ops say which extents are equal; symbols that are equal become one, which is why
 * extents are to be resolved before they are used.
 */
export class Symbols {
  readonly #names: string[] = [];
  readonly #bound: (Extent | undefined)[] = [];

  /** A new symbol; the name is for people. */
  fresh(name: string): Extent {
    this.#names.push(name);
    this.#bound.push(undefined);
    return { constant: 0, terms: [[this.#names.length - 1, 1]] };
  }

  /** Makes two extents one, or says why they cannot be. */
  unify(left: Extent, right: Extent): Mismatch | undefined {
    const [a, b] = [this.resolve(left), this.resolve(right)];
    const difference = add(a, scaled(b, -1));
    if (isKnown(difference))
      return difference.constant === 0
        ? undefined
        : mismatch("extents", `extents ${this.describe(a)} and ${this.describe(b)} must be equal`);
    // Later symbols give way to earlier ones, so that results are named after inputs.
    const loser = difference.terms.findLast(([, coefficient]) => Math.abs(coefficient) === 1);
    if (!loser)
      return mismatch(
        "extents",
        `that extents ${this.describe(a)} and ${this.describe(b)} are equal cannot be solved for one of them`,
      );
    const [symbol, coefficient] = loser;
    const rest = add(difference, { constant: 0, terms: [[symbol, -coefficient]] });
    this.#bound[symbol] = scaled(rest, -coefficient);
    return undefined;
  }

  resolve(extent: Extent): Extent {
    if (extent.terms.every(([symbol]) => this.#bound[symbol] === undefined)) return extent;
    return extent.terms
      .map(([symbol, coefficient]) => {
        const bound = this.#bound[symbol];
        return bound
          ? scaled(this.resolve(bound), coefficient)
          : { constant: 0, terms: [[symbol, coefficient]] as const };
      })
      .reduce<Extent>(add, known(extent.constant));
  }

  /** Symbols that no equation gave away, in order. */
  get free(): readonly number[] {
    return [...this.#bound.keys()].filter((symbol) => this.#bound[symbol] === undefined);
  }
  nameOf(symbol: number): string {
    return this.#names[symbol] ?? unreachable(`no symbol ${symbol}`);
  }

  /** `tokens + 2·past`. */
  describe(extent: Extent): string {
    const { constant, terms } = this.resolve(extent);
    const parts = terms.map(
      ([symbol, coefficient]) => `${coefficient === 1 ? "" : `${coefficient}·`}${this.nameOf(symbol)}`,
    );
    return [...parts, ...(constant !== 0 || parts.length === 0 ? [String(constant)] : [])].join(" + ");
  }
}
