import { definePass } from "../../../compiler/define/pass.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { listOf, oneOf, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { type Lowered, lowerWithin, type Tolerance } from "../allocation/bisection.ts";
import { typeWords } from "../allocation/budgets.ts";
import { candidatesOf, chosenWeights, totalElements } from "../allocation/module-problem.ts";
import { withPlan } from "../allocation/plan.ts";
import { figure, weightLines } from "../allocation/report.ts";
import { sensitivities } from "../allocation/sensitivity.ts";
import { lowpType } from "../value-type.ts";
import { explainWeights } from "./explain-selection.ts";
import { solverChoice } from "./solver-choice.ts";
import { linearWeights } from "./weight-goals.ts";

/**
 * Gives as many weights as it can the second of some types, and of these as many as it can the third, while the program
 * on the calibration data loses no more than is allowed: the counterpart of `allocate-bits` for a bound on the loss.
 * The choice is written beside the weight, as `allocated`; `quantize-weights{type=allocated}` carries it out.
 */
export const bisectBits = definePass({
  name: "bisect-bits",
  summary:
    "Chooses ever smaller lowp types for as many weights as the program bears, and writes them beside the weights.",
  options: {
    types: listOf(lowpType), // from the most bits to the fewest
    by: withDefault(listOf(solverChoice), []), // solvers that fill the types: one for all, or one for each
    tolerance: real({ above: 0 }), // in nats, for all weights together
    measure: withDefault(oneOf("divergence", "loss"), "divergence"),
    sensitivity: withDefault(oneOf(...sensitivities.map(({ name }) => name)), "hessian"), // which go first
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  async run(module, { types, by, tolerance, measure, sensitivity, only, skip }, context) {
    const names = linearWeights(module).map(({ attributes }) => attributes.sym_name);
    if (context.explain) explainWeights(module, { candidates: names, only, skip }, "lower", context.explain);
    const weights = chosenWeights(module, { only, skip });
    if (!weights.ok) return weights;
    const candidates = candidatesOf(weights.value, { types, by, pinned: [] }, context);
    if (!candidates.ok) return candidates;
    const [gauge, order] = [measure, sensitivity].map(
      (name) => sensitivities.find((one) => one.name === name)!,
    );
    const request = { tolerance, measure: gauge!, order: order! };
    const lowered = await lowerWithin(module, candidates.value, request, context);
    if (!lowered.ok) return lowered;
    context.report(remarkOf(lowered.value, request));
    return ok(withPlan(module, lowered.value.weights, lowered.value.choices));
  },
});

function remarkOf({ weights, choices, loss, runs }: Lowered, { tolerance, measure }: Tolerance): Diagnostic {
  const bytes = weights.reduce((sum, { weight, choices: all }) => {
    const id = choices.get(weight.attributes.sym_name);
    return sum + all.find(({ choice }) => choice.id === id)!.bytes;
  }, 0);
  const words = typeWords({ bits: undefined }, totalElements(weights.map(({ weight }) => weight)));
  return {
    severity: "remark",
    code: "allocation",
    message: `bisection gives ${weights.length} weights ${words.total({ bytes })}, at ${figure(loss)} of ${tolerance} ${measure.unit}, in ${runs} runs of the program`,
    span: undefined,
    notes: weightLines(weights, choices, words).map((message) => ({ message, span: undefined })),
  };
}
