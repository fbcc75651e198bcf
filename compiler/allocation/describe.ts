import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { decimalSum } from "./decimal.ts";
import type { AllocationInfeasible, AllocationProblem, AllocationRefused } from "./problem.ts";

/** Names that are listed before the others are only counted. */
const SHOWN = 5;

/** Why there is no allocation, as one error: budgets, the least totals, and the items that stand in the way. */
export function describeInfeasible(
  problem: AllocationProblem,
  { items, budgets }: AllocationInfeasible,
): Diagnostic {
  const limits = Object.entries(budgets);
  const [[metric, { least, allowed }] = ["", { least: 0, allowed: 0 }]] = limits;
  if (limits.length === 1) {
    const isAll = items.length === problem.items.length;
    const alone = decimalSum(items.map((id) => leastCost(problem, id, metric)));
    const core = isAll ? "all items" : `${listed(items)} alone`;
    return error(
      "allocation-infeasible",
      `${allowed} ${metric} is impossible: ${core} need${items.length === 1 ? "s" : ""} ${isAll ? least : alone}`,
      { hint: `allow at least ${least} ${metric}, or give the items cheaper choices` },
    );
  }
  const kept = limits.map(([name, limit]) => `${limit.allowed} ${name}`).join(" and ");
  return error(
    "allocation-infeasible",
    `${kept} together are impossible: ${listed(items)} cannot keep them`,
    {
      notes: limits.map(([name, limit]) => ({
        message: `while the others are kept, ${name} is at least ${limit.least}`,
        span: undefined,
      })),
      hint: "allow more of one of them, or give the items cheaper choices",
    },
  );
}

/** A refusal as an error. */
export const describeRefused = ({ reason, hint }: AllocationRefused): Diagnostic =>
  error("allocation-refused", reason, { hint });

function leastCost({ items }: AllocationProblem, id: string, metric: string): number {
  const choices = items.find((item) => item.id === id)?.choices ?? [];
  return Math.min(...choices.map(({ cost }) => cost[metric] ?? 0));
}

function listed(names: readonly string[]): string {
  if (names.length > SHOWN)
    return `${names.slice(0, SHOWN - 1).join(", ")} and ${names.length - SHOWN + 1} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
