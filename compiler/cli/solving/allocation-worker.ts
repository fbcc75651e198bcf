import { isMainThread } from "node:worker_threads";
import workerpool from "workerpool";
import type { AllocationOutcome, AllocationProblem } from "../../allocation/problem.ts";
import { type AllocationMethod, solverFor } from "../../allocation/solvers/index.ts";

/** What a worker thread is asked: one problem, and how to solve it. */
export interface AllocationTask {
  readonly problem: AllocationProblem;
  readonly method: AllocationMethod;
}

export const solveAllocation = ({ problem, method }: AllocationTask): Promise<AllocationOutcome> =>
  solverFor(method).solve(problem);

if (!isMainThread) workerpool.worker({ solve: solveAllocation });
