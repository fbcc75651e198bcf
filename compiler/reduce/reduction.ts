import type { Registry } from "../define/dialect.ts";
import type { ConstantStore } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";

/** What reductions work with. */
export interface Tools {
  readonly registry: Registry;
  /** Weights are cut to new shapes; the cut ones are added here. */
  readonly constants: ConstantStore;
}

/**
 * One way of making a module smaller: a list of things it may do without. The list is always in the same
 * order; a module without some of them has the others in the same order.
 */
export interface Reduction {
  /** What is dropped, in the plural, for progress. */
  readonly name: string;
  /** How many things there are. */
  count(module: Module, tools: Tools): number;
  /** Modules without the things from `start` up to `end`, the simplest first; they need not be legal. */
  without(
    module: Module,
    range: { readonly start: number; readonly end: number },
    tools: Tools,
  ): readonly Module[];
}

/** A reduction from what it finds and how several of those are dropped. */
export const defineReduction = <T>(reduction: {
  readonly name: string;
  items(module: Module, tools: Tools): readonly T[];
  without(module: Module, items: readonly T[], tools: Tools): readonly Module[];
}): Reduction => ({
  name: reduction.name,
  count: (module, tools) => reduction.items(module, tools).length,
  without: (module, { start, end }, tools) =>
    reduction.without(module, reduction.items(module, tools).slice(start, end), tools),
});
