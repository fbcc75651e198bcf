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
import type { ModuleProblem } from "./module-problem.ts";
import { allocationRemark, refinementRemark } from "./report.ts";
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
  context.keep?.("allocation-problem", problem);
  const outcome = await solver.solve(problem);
  if (outcome.kind === "infeasible") return fail(infeasible(outcome, problem, words));
  if (outcome.kind === "refused")
    return fail(error("allocation-refused", `${solver.name}: ${outcome.reason}`, { hint: outcome.hint }));
  const sensitivity = sensitivities.find((each) => each.name === name)!;
  const told = { problem, sensitivity, words };
  if (rounds === 1) {
    context.report(allocationRemark(outcome, weights, told));
    return ok(withPlan(module, weights, outcome.choices));
  }
  const how = { problem, weights, solver, sensitivity, rounds };
  const refined = await refine(module, outcome.choices, how, context);
  if (!refined.ok) return refined;
  context.report(refinementRemark(refined.value, weights, { ...told, solver: solver.name }));
  return ok(withPlan(module, weights, refined.value.best.choices));
}

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
