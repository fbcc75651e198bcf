import type { AllocationSolution } from "../../../compiler/allocation/problem.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import type { MeasuredWeight } from "./measure.ts";

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
