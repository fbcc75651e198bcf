import type {
  AllocationProblem,
  AllocationSolution,
  AllocationSolver,
} from "../../../compiler/allocation/problem.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { type Budgets, infeasible } from "./budgets.ts";
import type { MeasuredWeight } from "./measure.ts";
import { type ModuleProblem, totalElements } from "./module-problem.ts";
import { allocationRemark } from "./report.ts";
import { type Sensitivity, sensitivities } from "./sensitivity.ts";

/** How a module's problem is to be decided. */
interface Decision {
  readonly budgets: AllocationProblem["budgets"];
  /** The budgets as the user said them. */
  readonly asked: Budgets;
  readonly solver: AllocationSolver;
  /** What losses were measured by. */
  readonly sensitivity: Sensitivity["name"];
}

/** Solves the problem, tells what was decided, and writes it beside the weights. Codes: `budget-infeasible`, `allocation-refused`. */
export async function decide(
  module: Module,
  { problem: measured, weights }: ModuleProblem,
  { budgets, asked, solver, sensitivity }: Decision,
  context: PassContext,
): Promise<Result<Module>> {
  const problem: AllocationProblem = { ...measured, budgets };
  context.keep?.("allocation-problem", problem);
  const outcome = await solver.solve(problem);
  const elements = totalElements(weights.map(({ weight }) => weight));
  if (outcome.kind === "infeasible") return fail(infeasible(outcome, { problem, asked, elements }));
  if (outcome.kind === "refused")
    return fail(error("allocation-refused", `${solver.name}: ${outcome.reason}`, { hint: outcome.hint }));
  const measure = sensitivities.find(({ name }) => name === sensitivity)!;
  context.report(allocationRemark(outcome, weights, problem, measure));
  return ok(withPlan(module, weights, outcome.choices));
}

/** Writes the chosen types beside the weights, with the solver that fills them where one was named. */
export function withPlan(
  module: Module,
  weights: readonly MeasuredWeight[],
  choices: AllocationSolution["choices"],
): Module {
  const editor = new Editor(module);
  for (const { weight, choices: all } of weights) {
    const id = choices.get(weight.attributes.sym_name);
    const { choice } = all.find((each) => each.choice.id === id)!;
    const solver = choice.isNamed ? choice.solver.choice : undefined;
    editor.update({ ...weight, attributes: { ...weight.attributes, allocated: choice.type, solver } });
  }
  return editor.commit();
}
