import { allocationSolvers } from "../../../compiler/allocation/solvers/index.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { int, listOf, oneOf, optional, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { budgetSchema, budgetsOf, typeWords } from "../allocation/budgets.ts";
import { pinSchema } from "../allocation/choices.ts";
import { chosenWeights, moduleProblem, totalElements } from "../allocation/module-problem.ts";
import { decide } from "../allocation/plan.ts";
import { sensitivities } from "../allocation/sensitivity.ts";
import { tieKinds } from "../allocation/ties.ts";
import { lowpType } from "../value-type.ts";
import { explainWeights } from "./explain-selection.ts";
import { solverChoice } from "./solver-choice.ts";
import { linearWeights } from "./weight-goals.ts";

/**
 * Chooses for each weight of a linear op or convolution one of some types, so that the sum of what each of them alone
 * does to the program is least within a budget. Sizes are exact: codes, scales, zero points and padding. The choice is
 * written beside the weight, as `allocated`, and `solver` where `by` names one; `quantize-weights{type=allocated}`
 * carries it out. Losses of weights do not quite add up: with `rounds` above 1 whole plans are measured, and single
 * changes of the best of them. Weights that are not chosen keep what they have, and count in no budget, so that two groups of
 * weights can be allocated one after the other by two sensitivities. (HAWQ-V3, Yao et al. 2021; groups: MixDQ, Zhao
 * et al. 2024)
 */
export const allocateBits = definePass({
  name: "allocate-bits",
  summary:
    "Chooses a lowp type for each weight, the least harm within a budget, and writes it beside the weight.",
  options: {
    types: listOf(lowpType),
    by: withDefault(listOf(solverChoice), []), // solvers that fill the types: one for all, or one for each
    bits: optional(real({ above: 0 })), // stored bits per weight on average, scales and all
    bytes: optional(int({ min: 1 })),
    budgets: withDefault(budgetSchema, {}), // of a target, in the metrics of its costs
    sensitivity: withDefault(oneOf(...sensitivities.map(({ name }) => name)), "weight-error"),
    solver: withDefault(oneOf(...allocationSolvers.map(({ name }) => name)), "ilp"),
    ties: withDefault(oneOf(...tieKinds), "none"),
    interactions: withDefault(oneOf("none", "neighbours"), "none"),
    rounds: withDefault(int({ min: 1 }), 1), // of measuring, from the second on about the best plan so far
    pinned: withDefault(listOf(pinSchema), []),
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  async run(module, { bits, bytes, budgets: others, solver: chosen, ...request }, context) {
    const candidates = linearWeights(module).map(({ attributes }) => attributes.sym_name);
    const { only, skip } = request;
    if (context.explain) explainWeights(module, { candidates, only, skip }, "allocate", context.explain);
    const weights = chosenWeights(module, request);
    if (!weights.ok) return weights;
    const asked = { bits, bytes, budgets: others };
    const elements = totalElements(weights.value);
    const budgets = budgetsOf(asked, elements, context.costs);
    if (!budgets.ok) return budgets;
    const built = await moduleProblem(module, weights.value, request, context);
    if (!built.ok) return built;
    const solver = allocationSolvers.find(({ name }) => name === chosen)!;
    const { sensitivity, rounds } = request;
    const words = typeWords(asked, elements);
    const decision = { budgets: budgets.value, words, solver, sensitivity, rounds };
    return decide(module, built.value, decision, context);
  },
});
