import { type Columns, isWithin, leastColumns } from "./compact.ts";
import { feasibleColumns, isPlainlyInfeasible } from "./feasible.ts";
import { explainInfeasible } from "./infeasible.ts";
import { type Relaxation, relax } from "./multipliers.ts";
import type { Prepared } from "./prepare.ts";
import type { AllocationInfeasible, AllocationRefused } from "./problem.ts";
import { shareOf } from "./walk.ts";

/** What a solver starts from. */
export interface Beginning {
  readonly kind: "begun";
  readonly relaxation: Relaxation;
  /** Within the budgets. */
  readonly columns: Columns;
}

/** The relaxation and some allocation within the budgets, or why there is none. */
export async function begin(
  prepared: Prepared,
): Promise<Beginning | AllocationInfeasible | AllocationRefused> {
  const { compact } = prepared;
  if (isPlainlyInfeasible(compact)) return explainInfeasible(prepared);
  const relaxation = await relax(compact);
  const columns = await feasibleColumns(compact, relaxation);
  if (columns === "infeasible") return explainInfeasible(prepared);
  if (columns !== "unknown") return { kind: "begun", relaxation, columns };
  return {
    kind: "refused",
    reason: "no allocation within the budgets was found, nor a proof that there is none",
    hint: "raise a budget, or give fewer of them",
  };
}

/** As `begin`, from the cheapest choices where they keep the budgets: those that take the least parts of them. */
export async function beginCheaply(
  prepared: Prepared,
): Promise<Beginning | AllocationInfeasible | AllocationRefused> {
  const begun = await begin(prepared);
  if (begun.kind !== "begun") return begun;
  const { compact } = prepared;
  const cheapest = leastColumns(compact, (column) => shareOf(compact, column));
  return isWithin(compact, cheapest) ? { ...begun, columns: cheapest } : begun;
}
