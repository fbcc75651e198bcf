import { unreachable } from "../diagnostics/diagnostic.ts";
import { decimalSum } from "./decimal.ts";
import type { AllocationProblem } from "./problem.ts";

/** What an allocation adds up to, in the units of the problem. */
export interface Totals {
  readonly loss: number;
  /** By metric, of all metrics that occur. */
  readonly costs: Readonly<Record<string, number>>;
}

/** Loss with pairs, and costs, of one choice for each item: sums as written in decimals, each rounded once. */
export function totalsOf(problem: AllocationProblem, choices: ReadonlyMap<string, string>): Totals {
  const chosen = problem.items.map(
    (item) =>
      item.choices.find(({ id }) => id === choices.get(item.id)) ?? unreachable(`no choice for ${item.id}`),
  );
  const pairs = (problem.pairs ?? []).filter(({ items: [first, second], choices: [mine, other] }) => {
    return choices.get(first) === mine && choices.get(second) === other;
  });
  return {
    loss: decimalSum([...chosen, ...pairs].map(({ loss }) => loss)),
    costs: Object.fromEntries(
      metricsOf(problem).map((metric) => [metric, decimalSum(chosen.map(({ cost }) => cost[metric] ?? 0))]),
    ),
  };
}

/** Metrics that a budget or a cost names: those of budgets first, each in order of appearance. */
export const metricsOf = ({ items, budgets }: AllocationProblem): readonly string[] => [
  ...new Set([
    ...Object.keys(budgets),
    ...items.flatMap(({ choices }) => choices.flatMap(({ cost }) => Object.keys(cost))),
  ]),
];
