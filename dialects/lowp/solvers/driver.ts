import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import {
  hasStatistic,
  type Solution,
  statisticsNeeded,
  type WeightProblem,
  type WeightSolver,
} from "../../../compiler/define/solver.ts";
import type { InferAll, Schemas } from "../../../compiler/schema/schema.ts";
import { solveByTerm } from "./by-term.ts";
import { settle, statisticMissing } from "./losses.ts";

export { outputLoss, weightLoss } from "./losses.ts";

/**
 * What a solver finds for a weight, never worse than round to nearest: where its report says it is worse on its own
 * objective, the two are measured and round to nearest is taken. Sums and splits are put together from solutions of
 * solvers that know single terms alone. Refuses a problem without the statistics it needs.
 */
export function solveWeight<Options extends Schemas>(
  solver: WeightSolver<Options>,
  problem: WeightProblem,
  options: InferAll<Options>,
): Solution | Mismatch {
  const { name } = solver;
  const missing = statisticsNeeded(solver, options).find(
    (statistic) => !hasStatistic(problem.statistics, statistic),
  );
  if (missing) return statisticMissing(name, missing);
  const solve = (part: WeightProblem): Solution | Mismatch => solver.solve(part, options);
  const solution = solver.scope === "term" ? solveByTerm(name, problem, { solve }) : solve(problem);
  if (isMismatch(solution) || isSettled(solution)) return solution;
  return settle(solver.name, solution.report.objective, solution.value, problem);
}

const isSettled = ({ report: { loss, baseline, fellBack } }: Solution): boolean =>
  fellBack || loss <= baseline;
