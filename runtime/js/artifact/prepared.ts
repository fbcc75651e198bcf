import { evaluate, type Quantity, type Step } from "./program.ts";

/** A step with its arguments in place, so that a run has to fill in what depends on open extents alone. */
export interface PreparedStep {
  readonly kernel: number;
  /** The arguments, then the first unit, 0, and the number of units. */
  readonly values: number[];
  readonly open: readonly { readonly place: number; readonly quantity: Quantity }[];
  readonly work: Quantity;
}

export const prepare = ([kernel, units, work, ...args]: Step): PreparedStep => {
  const quantities = [...args, 0, units];
  return {
    kernel,
    values: quantities.map((quantity) => (typeof quantity === "number" ? quantity : 0)),
    open: quantities.flatMap((quantity, place) =>
      typeof quantity === "number" ? [] : [{ place, quantity }],
    ),
    work,
  };
};

/** Fills in what depends on the symbols; gives the number of units. */
export function fillIn({ values, open }: PreparedStep, symbols: readonly number[]): number {
  for (const { place, quantity } of open) values[place] = evaluate(quantity, symbols);
  return values[values.length - 1]!;
}
