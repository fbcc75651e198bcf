import type {
  AllocationProblem,
  AllocationSolution,
  AllocationSolver,
} from "../../../compiler/allocation/problem.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { infeasible } from "./budgets.ts";
import type { CostWords } from "./cost-words.ts";
import type { MeasuredWeight } from "./measure.ts";
import { elementsOf, type ModuleProblem } from "./module-problem.ts";
import { PlanMeter } from "./plan-meter.ts";
import { allocationRemark, type ReportedItem, refinementRemark } from "./report.ts";
import { refine } from "./rounds.ts";
import { type Sensitivity, sensitivities } from "./sensitivity.ts";

/** How a module's problem is to be decided. */
interface Decision {
  readonly budgets: AllocationProblem["budgets"];
  /** How messages speak of costs and budgets. */
  readonly words: CostWords;
  readonly solver: AllocationSolver;
  /** What losses were measured by. */
  readonly sensitivity: Sensitivity["name"];
  /** More than one: the plan is improved where losses do not add up. */
  readonly rounds?: number;
}

/** Solves the problem, tells what was decided, and writes it beside the weights. Codes: `budget-infeasible`, `allocation-refused`. */
export async function decide(
  module: Module,
  { problem: measured, weights }: ModuleProblem,
  { budgets, words, solver, sensitivity: name, rounds = 1 }: Decision,
  context: PassContext,
): Promise<Result<Module>> {
  const problem: AllocationProblem = { ...measured, budgets };
  const solved = await solveProblem(problem, { words, solver }, context);
  if (!solved.ok) return solved;
  const outcome = solved.value;
  const sensitivity = sensitivities.find((each) => each.name === name)!;
  const told = { problem, sensitivity, words };
  const items = weights.map(reportedWeight);
  if (rounds === 1) {
    context.report(allocationRemark(outcome, items, told));
    return ok(withPlan(module, weights, outcome.choices));
  }
  const meter = new PlanMeter(module, weights, sensitivity, context);
  const refined = await refine(meter, outcome.choices, { problem, solver, rounds });
  if (!refined.ok) return refined;
  context.report(refinementRemark(refined.value, items, { ...told, solver: solver.name }));
  return ok(withPlan(module, weights, refined.value.best.choices));
}

/**
 * Solves a problem, and keeps it for whoever wants it as a file. Codes: `budget-infeasible` with the fewest items that
 * alone need too much, `allocation-refused`.
 */
export async function solveProblem(
  problem: AllocationProblem,
  { words, solver }: Pick<Decision, "words" | "solver">,
  context: PassContext,
): Promise<Result<AllocationSolution>> {
  context.keep?.("allocation-problem", problem);
  const outcome = await solver.solve(problem);
  if (outcome.kind === "infeasible") return fail(infeasible(outcome, problem, words));
  return outcome.kind === "refused"
    ? fail(error("allocation-refused", `${solver.name}: ${outcome.reason}`, { hint: outcome.hint }))
    : ok(outcome);
}

/** A weight as reports speak of it. */
export const reportedWeight = ({ weight, choices }: MeasuredWeight): ReportedItem => ({
  id: weight.attributes.sym_name,
  elements: elementsOf(weight),
  choices: choices.map(({ choice, ...taken }) => ({ ...taken, id: choice.id })),
});

/** Writes what was chosen beside the weights. */
export function withPlan(
  module: Module,
  weights: readonly MeasuredWeight[],
  choices: AllocationSolution["choices"],
): Module {
  const editor = new Editor(module);
  for (const { weight, choices: all } of weights) {
    const id = choices.get(weight.attributes.sym_name);
    const { choice } = all.find((each) => each.choice.id === id)!;
    editor.update({ ...weight, attributes: { ...weight.attributes, ...choice.plan } });
  }
  return editor.commit();
}
