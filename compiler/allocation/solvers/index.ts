import type { AllocationSolver } from "../problem.ts";
import { closedForm } from "./closed-form.ts";
import { dp } from "./dp.ts";
import { evolutionary } from "./evolutionary.ts";
import { greedy, sensitivityOrder } from "./greedy.ts";
import { ilp } from "./ilp.ts";

/** Every solver with its usual options, the exact ones first. */
export const allocationSolvers: readonly AllocationSolver[] = [
  ilp,
  dp,
  greedy,
  sensitivityOrder,
  closedForm,
  evolutionary,
];
