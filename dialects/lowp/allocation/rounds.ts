import type { AllocationProblem, AllocationSolver } from "../../../compiler/allocation/problem.ts";
import { totalsOf } from "../../../compiler/allocation/totals.ts";
import { error, fail, ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { differences, type MeasuredPlan, type Plan } from "./plan-meter.ts";

/** The best of some plans, and all that were tried. */
export interface Refinement {
  readonly best: MeasuredPlan;
  readonly tried: readonly MeasuredPlan[];
}

/** Measures whole plans, and single changes of one. */
export interface PlanGauge {
  /** All that were measured, in that order, each plan once. */
  readonly tried: readonly MeasuredPlan[];
  plan(origin: string, choices: Plan): Promise<Result<MeasuredPlan>>;
  /** What each choice would add to the loss of a plan if it alone were changed, 0 for those that the plan has. */
  changesOf(
    plan: MeasuredPlan,
    items: AllocationProblem["items"],
    label: string,
  ): Promise<Result<AllocationProblem["items"]>>;
}

/** A plan to be measured; `id` says what all of it is, such as the type that everything has. */
export interface NamedPlan {
  readonly id: string;
  readonly plan: Plan;
}

/** How plans are improved. */
export interface Rounds {
  readonly problem: AllocationProblem;
  readonly solver: AllocationSolver;
  /** How often losses are measured, the first time about the module as it is, which is done by now. */
  readonly rounds: number;
  /** Plans within the budgets that the result is not to be worse than; one choice for all items where left out. */
  readonly others?: readonly NamedPlan[];
}

/** The metric that counts weights whose choice is another than that of the plan so far. */
const CHANGES = "changed weights";

/**
 * Improves a plan that has the least sum of single losses, where losses do not add up. Whole plans are measured: that
 * one, and every type alone that keeps the budgets, so that the result is not worse than any of these. Each round then
 * measures single changes of the best plan so far, and takes the changes whose sum is least; where that harms more
 * than it helps, the best half as many changes, and so on. (Sequential linear programming with a trust region,
 * Fletcher & Sainz de la Maza 1989; measured policies: CalibTIP, Hubara et al. 2021)
 */
export async function refine(
  meter: PlanGauge,
  first: Plan,
  { problem, solver, rounds, others = uniformPlans(problem) }: Rounds,
): Promise<Result<Refinement>> {
  const start = await meter.plan("the least sum", first);
  if (!start.ok) return start;
  let best = start.value;
  for (const { id, plan } of others) {
    const measured = await meter.plan(`all ${id}`, plan);
    if (!measured.ok) return measured;
    if (measured.value.loss < best.loss) best = measured.value;
  }
  for (let round = 2; round <= rounds; round++) {
    const items = await meter.changesOf(best, problem.items, `round ${round}`);
    if (!items.ok) return items;
    const better = await improve({ ...problem, items: items.value }, best, { round, solver, meter });
    if (!better.ok) return better;
    if (!better.value) break;
    best = better.value;
  }
  return ok({ best, tried: meter.tried });
}

/** The best changes of a plan that make it better as a whole; undefined where none do. */
async function improve(
  problem: AllocationProblem,
  best: MeasuredPlan,
  {
    round,
    solver,
    meter,
  }: { readonly round: number; readonly solver: AllocationSolver; readonly meter: PlanGauge },
): Promise<Result<MeasuredPlan | undefined>> {
  for (let radius = problem.items.length; radius >= 1; ) {
    const outcome = await solver.solve(within(problem, best.choices, radius));
    if (outcome.kind === "infeasible") return unreachable("a plan that keeps its own budgets");
    // A solver of one budget cannot bound the number of changes as well.
    if (outcome.kind === "refused" && radius < problem.items.length) return ok(undefined);
    if (outcome.kind === "refused")
      return fail(error("allocation-refused", `${solver.name}: ${outcome.reason}`, { hint: outcome.hint }));
    const changed = differences(best.choices, outcome.choices);
    if (changed === 0) return ok(undefined);
    const measured = await meter.plan(`round ${round}, ${changed} changed`, outcome.choices);
    if (!measured.ok || measured.value.loss < best.loss) return measured;
    radius = Math.floor(changed / 2);
  }
  return ok(undefined);
}

/** The problem of changing at most `radius` weights of a plan; pairs are in its losses. */
function within({ items, budgets, ties }: AllocationProblem, plan: Plan, radius: number): AllocationProblem {
  if (radius >= items.length) return { items, budgets, ...(ties && { ties }) };
  return {
    items: items.map(({ id, choices }) => ({
      id,
      choices: choices.map((choice) => ({
        ...choice,
        cost: { ...choice.cost, [CHANGES]: choice.id === plan.get(id) ? 0 : 1 },
      })),
    })),
    budgets: { ...budgets, [CHANGES]: radius },
    ...(ties && { ties }),
  };
}

/** One choice for all items that have more than one, where all of these have it and it keeps budgets and ties. */
function uniformPlans(problem: AllocationProblem): readonly NamedPlan[] {
  const { items, ties = [] } = problem;
  const ids = [...new Set(items.flatMap(({ choices }) => choices.map(({ id }) => id)))];
  return ids.flatMap((id) => {
    const fits = items.every(({ choices }) => choices.length === 1 || choices.some((each) => each.id === id));
    if (!fits) return [];
    const plan = new Map(
      items.map(({ id: item, choices }) => [item, choices.length === 1 ? choices[0]!.id : id]),
    );
    const isTied = ties.every((group) => new Set(group.map((item) => plan.get(item))).size === 1);
    return isTied && isWithin(problem, plan) ? [{ id, plan }] : [];
  });
}

/** Whether a plan keeps all budgets. */
export function isWithin(problem: AllocationProblem, plan: Plan): boolean {
  const { costs } = totalsOf(problem, plan);
  return Object.entries(problem.budgets).every(([metric, budget]) => costs[metric]! <= budget);
}
