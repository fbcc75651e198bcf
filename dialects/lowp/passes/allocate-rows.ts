import { ilp } from "../../../compiler/allocation/solvers/ilp.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { int, listOf, oneOf, optional, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { budgetSchema, budgetsOf, typeWords } from "../allocation/budgets.ts";
import { chosenWeights, totalElements } from "../allocation/module-problem.ts";
import { decide } from "../allocation/plan.ts";
import { rowProblem, rowSensitivities } from "../allocation/row-problem.ts";
import { lowpType } from "../value-type.ts";
import { explainWeights } from "./explain-selection.ts";
import { solverChoice } from "./solver-choice.ts";
import { linearWeights } from "./weight-goals.ts";

/**
 * Gives the output rows that matter most among all weights a type of more bits than the rest: how many rows of each
 * weight is an allocation with proof, within a budget of bytes or of rows. Written beside a weight as `allocated`, a
 * permuted `!lowp.split` of its rows with the solver `salient-rows`, which picks the same rows;
 * `quantize-weights{type=allocated}` carries it out. (MixLLM, Zheng et al., arXiv 2412.14590, with exact sums in place
 * of a global sort)
 */
export const allocateRows = definePass({
  name: "allocate-rows",
  summary:
    "Chooses how many output rows of each weight get a type of more bits, the least harm within a budget.",
  options: {
    high: lowpType,
    low: lowpType,
    by: optional(solverChoice), // fills both types
    share: optional(real({ above: 0 })), // of the rows of all weights, at most, in the high type
    bits: optional(real({ above: 0 })), // stored bits per weight on average, scales and all
    bytes: optional(int({ min: 1 })),
    budgets: withDefault(budgetSchema, {}), // of a target, in the metrics of its costs
    sensitivity: withDefault(oneOf(...rowSensitivities), "weight-error"),
    multiple: withDefault(int({ min: 1 }), 8), // of rows in the high type
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  async run(module, { by, share, bits, bytes, budgets: others, only, skip, ...request }, context) {
    const candidates = linearWeights(module).map(({ attributes }) => attributes.sym_name);
    if (context.explain)
      explainWeights(module, { candidates, only, skip }, "allocate rows of", context.explain);
    const asked = { bits, bytes, budgets: others };
    const isSized = bits !== undefined || bytes !== undefined || Object.keys(others).length > 0;
    if (share === undefined && !isSized) return fail(noBudget);
    if (share !== undefined && share >= 1) return fail(allRows(share));
    const weights = chosenWeights(module, { only, skip });
    if (!weights.ok) return weights;
    const budgets =
      isSized || context.costs ? budgetsOf(asked, totalElements(weights.value), context.costs) : ok({});
    if (!budgets.ok) return budgets;
    const built = await rowProblem(module, weights.value, { ...request, solver: by }, context);
    if (!built.ok) return built;
    const rows = built.value.problem.items.reduce((sum, { choices }) => sum + choices.at(-1)!.cost.rows!, 0);
    const all = { ...budgets.value, ...(share !== undefined && { rows: Math.floor(share * rows) }) };
    const { sensitivity } = request;
    const words = typeWords(asked, totalElements(weights.value));
    return decide(module, built.value, { budgets: all, words, solver: ilp, sensitivity }, context);
  },
});

const noBudget = error("no-budget", "nothing limits the rows, so all would get the high type", {
  hint: "say share=0.1 for a tenth of the rows at most, bits=4.5 for bits per weight on average, or bytes=…",
});

const allRows = (share: number) =>
  error("rows-share", `share=${share} gives every row the high type`, {
    hint: "say a part below 1, such as share=0.1, or quantize-weights{type=…} for all rows",
  });
