import type { AllocationProblem, AllocationSolution } from "../../../compiler/allocation/problem.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { MeasuredWeight } from "./measure.ts";
import { elementsOf, totalElements } from "./module-problem.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** What was decided: totals and how good they are, then a line for each weight, and prices. Code: `allocation`. */
export function allocationRemark(
  solution: AllocationSolution,
  weights: readonly MeasuredWeight[],
  { budgets }: AllocationProblem,
  { unit, name }: Sensitivity,
): Diagnostic {
  const elements = totalElements(weights.map(({ weight }) => weight));
  const used = Object.entries(budgets).map(
    ([metric, allowed]) => `${solution.costs[metric] ?? 0} of ${allowed} ${metric}`,
  );
  const bits = (8 * (solution.costs.bytes ?? 0)) / elements;
  return {
    severity: "remark",
    code: "allocation",
    message: `${solution.solver} gives ${weights.length} weights ${bits.toFixed(4)} bits on average, ${used.join(", ")}; ${name} adds up to ${figure(solution.loss)} ${unit}: ${proofOf(solution)}`,
    span: undefined,
    notes: [
      ...weights.map((weight) => weightLine(weight, solution.choices)),
      ...prices(solution, elements),
    ].map((message) => ({ message, span: undefined })),
  };
}

function proofOf({ proof, loss, bound }: AllocationSolution): string {
  if (proof === "optimal") return "no allocation within the budgets has less (gap 0)";
  return Number.isFinite(bound)
    ? `at most ${figure(loss - bound)} above the least there is`
    : "with no proof of how much less there could be";
}

/** A weight, what it gets, its stored bits per number and what that loses alone. */
export function weightLine(
  { weight, choices }: MeasuredWeight,
  chosenIds: AllocationSolution["choices"],
): string {
  const { sym_name: symbol } = weight.attributes;
  const chosen = choices.find(({ choice }) => choice.id === chosenIds.get(symbol))!;
  const bits = ((8 * chosen.bytes) / elementsOf(weight)).toFixed(2);
  return `@${symbol}: ${chosen.choice.id}, ${bits} bits, ${figure(chosen.loss)}`;
}

/** What more of each budget would save, where the solver knows and it is something. */
const prices = ({ shadowPrices = {} }: AllocationSolution, elements: number): readonly string[] =>
  Object.entries(shadowPrices)
    .filter(([, price]) => price > 0)
    .map(([metric, price]) =>
      metric === "bytes"
        ? `one more bit per weight would save about ${figure((price * elements) / 8)}`
        : `one more of ${metric} would save about ${figure(price)}`,
    );

/** Four digits. */
export const figure = (value: number): string => value.toPrecision(4);
