import type { AllocationProblem, AllocationSolution } from "../../../compiler/allocation/problem.ts";
import { totalsOf } from "../../../compiler/allocation/totals.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { MeasuredWeight } from "./measure.ts";
import { elementsOf, totalElements } from "./module-problem.ts";
import type { Plan } from "./plan-meter.ts";
import type { Refinement } from "./rounds.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** What was decided: totals and how good they are, then a line for each weight, and prices. Code: `allocation`. */
export function allocationRemark(
  solution: AllocationSolution,
  weights: readonly MeasuredWeight[],
  problem: AllocationProblem,
  { unit, name }: Sensitivity,
): Diagnostic {
  const elements = totalElements(weights.map(({ weight }) => weight));
  return remark(
    `${sizes(solution, weights, problem)}; ${name} adds up to ${figure(solution.loss)} ${unit}: ${proofOf(solution)}`,
    [...weightLines(weights, solution.choices), ...prices(solution, elements)],
  );
}

/** What was decided by measuring whole plans: the totals of the best, a line for each weight, one for each plan. */
export function refinementRemark(
  { best, tried }: Refinement,
  weights: readonly MeasuredWeight[],
  {
    problem,
    sensitivity: { unit },
    solver,
  }: { readonly problem: AllocationProblem; readonly sensitivity: Sensitivity; readonly solver: string },
): Diagnostic {
  const { costs } = totalsOf(problem, best.choices);
  return remark(
    `${sizes({ solver, costs }, weights, problem)}; all together ${figure(best.loss)} ${unit}, the least of ${tried.length} plans that were measured`,
    [
      ...weightLines(weights, best.choices),
      ...tried.map(({ origin, loss }) => `${origin}: ${figure(loss)} all together`),
    ],
  );
}

const remark = (message: string, notes: readonly string[]): Diagnostic => ({
  severity: "remark",
  code: "allocation",
  message,
  span: undefined,
  notes: notes.map((note) => ({ message: note, span: undefined })),
});

/** Who decided, and what it takes. */
function sizes(
  { solver, costs }: Pick<AllocationSolution, "solver" | "costs">,
  weights: readonly MeasuredWeight[],
  { budgets }: AllocationProblem,
): string {
  const used = Object.entries(budgets).map(
    ([metric, allowed]) => `${costs[metric] ?? 0} of ${allowed} ${metric}`,
  );
  const bits = (8 * (costs.bytes ?? 0)) / totalElements(weights.map(({ weight }) => weight));
  return `${solver} gives ${weights.length} weights ${bits.toFixed(4)} bits on average, ${used.join(", ")}`;
}

function proofOf({ proof, loss, bound }: AllocationSolution): string {
  if (proof === "optimal") return "no allocation within the budgets has less (gap 0)";
  return Number.isFinite(bound)
    ? `at most ${figure(loss - bound)} above the least there is`
    : "with no proof of how much less there could be";
}

const weightLines = (weights: readonly MeasuredWeight[], plan: Plan): readonly string[] =>
  weights.map(({ weight, choices }) => {
    const { sym_name: symbol } = weight.attributes;
    const chosen = choices.find(({ choice }) => choice.id === plan.get(symbol))!;
    const bits = ((8 * chosen.bytes) / elementsOf(weight)).toFixed(2);
    return `@${symbol}: ${chosen.choice.id}, ${bits} bits, ${figure(chosen.loss)}`;
  });

/** What more of each budget would save, where the solver knows and it is something. */
const prices = ({ shadowPrices = {} }: AllocationSolution, elements: number): readonly string[] =>
  Object.entries(shadowPrices)
    .filter(([, price]) => price > 0)
    .map(([metric, price]) =>
      metric === "bytes"
        ? `one more bit per weight would save about ${figure((price * elements) / 8)}`
        : `one more of ${metric} would save about ${figure(price)}`,
    );

const figure = (value: number): string => value.toPrecision(4);
