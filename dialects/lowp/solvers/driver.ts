import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import {
  type Solution,
  statisticsNeeded,
  type WeightProblem,
  type WeightSolver,
} from "../../../compiler/define/solver.ts";
import type { InferAll, Schemas } from "../../../compiler/schema/schema.ts";
import { settle, statisticMissing } from "./losses.ts";

export { outputLoss, weightLoss } from "./losses.ts";

/**
 * What a solver finds for a weight, never worse than round to nearest: where its report says it is worse on its own
 * objective, the two are measured and round to nearest is taken. Refuses a problem without the statistics it needs.
 */
export function solveWeight<Options extends Schemas>(
  solver: WeightSolver<Options>,
  problem: WeightProblem,
  options: InferAll<Options>,
): Solution | Mismatch {
  const needs = statisticsNeeded(solver, options);
  const missing = needs.find((statistic) => problem.statistics?.[statistic] === undefined);
  if (missing) return statisticMissing(solver.name, missing);
  const solution = solver.solve(problem, options);
  if (isMismatch(solution) || isSettled(solution)) return solution;
  return settle(solver.name, solution.report.objective, solution.value, problem);
}

const isSettled = ({ report: { loss, baseline, fellBack } }: Solution): boolean =>
  fellBack || loss <= baseline;
