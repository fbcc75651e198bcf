import { type Columns, lossOf } from "./compact.ts";
import { choicesOf, type Prepared } from "./prepare.ts";
import type { AllocationSolution } from "./problem.ts";
import { totalsOf } from "./totals.ts";

/** What a solver knows of the allocation it found; numbers are of the compact problem. */
export interface Found {
  readonly solver: string;
  readonly columns: Columns;
  /** No allocation has less loss; −Infinity where nothing is known. */
  readonly bound: number;
  readonly multipliers?: readonly number[];
}

/** The solution in the problem's own words and units. It is optimal when its loss on the grid reaches the bound. */
export function solutionOf(
  prepared: Prepared,
  { solver, columns, bound, multipliers }: Found,
): AllocationSolution {
  const { problem, compact, loss: grid, cost } = prepared;
  const choices = choicesOf(prepared, columns);
  const totals = totalsOf(problem, choices);
  const isOptimal = lossOf(compact, columns) <= bound;
  // Off the grid each loss may be half a unit more than it is.
  const rounding = grid.exact ? 0 : problem.items.length + (problem.pairs?.length ?? 0);
  const price = (metric: string): number => {
    const budget = compact.metrics.indexOf(metric);
    return budget === -1 ? 0 : (multipliers![budget]! * grid.toNumber(1)) / cost[budget]!.toNumber(1);
  };
  return {
    kind: "solution",
    solver,
    choices,
    loss: totals.loss,
    costs: totals.costs,
    bound: isOptimal
      ? totals.loss
      : bound === -Infinity
        ? bound
        : grid.toNumber(Math.floor(bound) - rounding),
    proof: isOptimal ? "optimal" : "heuristic",
    ...(multipliers && {
      shadowPrices: Object.fromEntries(Object.keys(problem.budgets).map((metric) => [metric, price(metric)])),
    }),
  };
}
