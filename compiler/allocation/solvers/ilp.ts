import { begin } from "../begin.ts";
import type { ProgramLimits } from "../highs.ts";
import { minimumOf } from "../minimum.ts";
import { solutionOf } from "../outcome.ts";
import { prepare } from "../prepare.ts";
import type { AllocationOutcome, AllocationProblem, AllocationSolver } from "../problem.ts";

/**
 * Solves with proof: any number of budgets, ties and pairs. Lagrangian relaxation gives a bound and prices; columns
 * whose reduced loss exceeds what is left to gain go; what remains is searched in exact sums or, where that is too
 * much, by HiGHS (`minimumOf` says what is proven then). A result that is not proven is `heuristic`, with its bound.
 * Of the best allocations it takes the first by the ids of items and then the order of choices, among choices that
 * no other of the item makes needless by costing and losing no more.
 */
export function ilpSolver(limits: ProgramLimits = {}): AllocationSolver {
  return {
    name: "ilp",
    summary: "exact: Lagrangian relaxation, elimination of columns, search and HiGHS",
    solve: (problem) => solve(problem, limits),
  };
}

export const ilp = ilpSolver();

async function solve(problem: AllocationProblem, program: ProgramLimits): Promise<AllocationOutcome> {
  const prepared = prepare(problem);
  const begun = await begin(prepared);
  if (begun.kind !== "begun") return begun;
  const { relaxation, columns: start } = begun;
  const {
    columns = start,
    bound,
    multipliers,
  } = await minimumOf(prepared.compact, { start, relaxation, program });
  return solutionOf(prepared, { solver: "ilp", columns, bound, multipliers });
}
