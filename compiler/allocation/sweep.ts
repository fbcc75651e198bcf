import type { AllocationOutcome, AllocationProblem, AllocationSolver } from "./problem.ts";
import { ilp } from "./solvers/ilp.ts";

/** What a problem gives with one budget set to some amount. */
export interface SweepPoint {
  readonly budget: number;
  readonly outcome: AllocationOutcome;
}

/**
 * Solves a problem once for each amount of one budget, in the order given; the other budgets stay. Solutions with
 * proof are the points of the front of least loss by that budget.
 */
export async function sweepBudget(
  problem: AllocationProblem,
  metric: string,
  budgets: readonly number[],
  solver: AllocationSolver = ilp,
): Promise<readonly SweepPoint[]> {
  const points: SweepPoint[] = [];
  for (const budget of budgets)
    points.push({
      budget,
      outcome: await solver.solve({ ...problem, budgets: { ...problem.budgets, [metric]: budget } }),
    });
  return points;
}

/** Amounts from `from` to `to`, both included, equally far apart. */
export const evenly = (from: number, to: number, steps: number): readonly number[] =>
  Array.from({ length: steps }, (_, i) => (steps === 1 ? from : from + ((to - from) * i) / (steps - 1)));
