import type { AllocationSolver } from "../problem.ts";
import { closedForm } from "./closed-form.ts";
import { dp } from "./dp.ts";
import { evolutionary, evolutionarySolver } from "./evolutionary.ts";
import { greedy, sensitivityOrder } from "./greedy.ts";
import { ilp, ilpSolver } from "./ilp.ts";

/** Every solver with its usual options, the exact ones first. */
export const allocationSolvers: readonly AllocationSolver[] = [
  ilp,
  dp,
  greedy,
  sensitivityOrder,
  closedForm,
  evolutionary,
];

/** A solver as plain data. */
export interface AllocationMethod {
  readonly solver: string;
  /** Of `evolutionary`. */
  readonly seed?: number;
  /** Of `ilp`: how long HiGHS may take where the search does not prove the result. */
  readonly seconds?: number;
}

/** The solver of that name, which exists, with the options that it has. */
export function solverFor({ solver, seed, seconds }: AllocationMethod): AllocationSolver {
  if (solver === evolutionary.name && seed !== undefined) return evolutionarySolver({ seed });
  if (solver === ilp.name && seconds !== undefined) return ilpSolver({ seconds });
  return allocationSolvers.find(({ name }) => name === solver)!;
}
