import Table from "cli-table3";
import type { AllocationOutcome, AllocationProblem, AllocationSolution } from "../../allocation/problem.ts";
import { plainTable } from "../table.ts";

/** Points of a sweep, each a budget and what it gives. */
export interface Swept {
  readonly metric: string;
  readonly points: readonly { readonly budget: number; readonly outcome: AllocationOutcome }[];
}

/** What a solver's bound leaves open, relative to the loss; infinite where nothing is proven. */
export const gapOf = ({ loss, bound }: AllocationSolution): number =>
  loss === bound ? 0 : Math.abs(loss - bound) / Math.max(Math.abs(loss), Number.MIN_VALUE);

/** A solution as people read it: choices, budgets, and how good it is. */
export function showSolution(problem: AllocationProblem, solution: AllocationSolution): string {
  const metrics = Object.keys(solution.costs);
  const choices = new Table({
    ...plainTable,
    head: ["item", "choice", "loss", ...metrics],
    colAligns: ["left", "left", "right", ...metrics.map(() => "right" as const)],
  });
  for (const { id, choices: all } of problem.items) {
    const chosen = all.find((choice) => choice.id === solution.choices.get(id))!;
    choices.push([
      id,
      chosen.id,
      short(chosen.loss),
      ...metrics.map((metric) => short(chosen.cost[metric] ?? 0)),
    ]);
  }
  const totals = new Table({
    ...plainTable,
    head: ["metric", "total", "budget", "used", "price"],
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const metric of metrics) {
    const [total, budget] = [solution.costs[metric]!, problem.budgets[metric]];
    const price = solution.shadowPrices?.[metric];
    totals.push([
      metric,
      String(total),
      budget === undefined ? "–" : String(budget),
      budget === undefined ? "–" : `${((100 * total) / (budget || 1)).toFixed(2)} %`,
      price === undefined ? "–" : short(price),
    ]);
  }
  const facts = [
    ["solver", solution.solver],
    ["loss", String(solution.loss)],
    ["bound", solution.bound === -Infinity ? "none" : String(solution.bound)],
    ["gap", gapText(solution)],
    ["proof", solution.proof],
  ];
  return [
    choices.toString(),
    totals.toString(),
    facts.map(([name, value]) => `${name!.padEnd(8)}${value}`).join("\n"),
  ]
    .map((part) => `${part.replace(/ +$/gm, "")}\n`)
    .join("\n");
}

export function showSweep({ metric, points }: Swept): string {
  const table = new Table({
    ...plainTable,
    head: [`budget of ${metric}`, "total", "loss", "gap", "proof"],
    colAligns: ["right", "right", "right", "right", "left"],
  });
  for (const { budget, outcome } of points)
    table.push(
      outcome.kind === "solution"
        ? [
            String(budget),
            String(outcome.costs[metric]),
            String(outcome.loss),
            gapText(outcome),
            outcome.proof,
          ]
        : [String(budget), "–", "–", "–", outcome.kind],
    );
  return `${table.toString().replace(/ +$/gm, "")}\n`;
}

/** A solution as data. */
export const solutionJson = (solution: AllocationSolution) => ({
  solver: solution.solver,
  proof: solution.proof,
  loss: solution.loss,
  bound: Number.isFinite(solution.bound) ? solution.bound : null,
  gap: Number.isFinite(solution.bound) ? gapOf(solution) : null,
  costs: solution.costs,
  shadowPrices: solution.shadowPrices ?? null,
  choices: Object.fromEntries(solution.choices),
});

export const sweepJson = ({ metric, points }: Swept) => ({
  metric,
  points: points.map(({ budget, outcome }) => ({
    budget,
    outcome: outcome.kind,
    ...(outcome.kind === "solution" && solutionJson(outcome)),
  })),
});

const gapText = (solution: AllocationSolution): string =>
  solution.bound === -Infinity ? "unknown" : `${Number((100 * gapOf(solution)).toPrecision(3))} %`;

const short = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
