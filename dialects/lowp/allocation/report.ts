import type { AllocationProblem, AllocationSolution } from "../../../compiler/allocation/problem.ts";
import { totalsOf } from "../../../compiler/allocation/totals.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { CostWords } from "./cost-words.ts";
import type { MeasuredWeight } from "./measure.ts";
import { elementsOf } from "./module-problem.ts";
import type { Plan } from "./plan-meter.ts";
import type { Refinement } from "./rounds.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** What a plan was made for, and how to speak of it. */
interface Told {
  readonly problem: AllocationProblem;
  readonly sensitivity: Sensitivity;
  readonly words: CostWords;
}

/** What was decided: totals and how good they are, then a line for each weight, and prices. Code: `allocation`. */
export function allocationRemark(
  solution: AllocationSolution,
  weights: readonly MeasuredWeight[],
  { problem, sensitivity: { unit, name }, words }: Told,
): Diagnostic {
  return remark(
    `${sizes(solution, weights, { problem, words })}; ${name} adds up to ${figure(solution.loss)} ${unit}: ${proofOf(solution)}`,
    [...weightLines(weights, solution.choices, words), ...prices(solution, words)],
  );
}

/** What was decided by measuring whole plans: the totals of the best, a line for each weight, one for each plan. */
export function refinementRemark(
  { best, tried }: Refinement,
  weights: readonly MeasuredWeight[],
  { problem, sensitivity: { unit }, words, solver }: Told & { readonly solver: string },
): Diagnostic {
  const { costs } = totalsOf(problem, best.choices);
  return remark(
    `${sizes({ solver, costs }, weights, { problem, words })}; all together ${figure(best.loss)} ${unit}, the least of ${tried.length} plans that were measured`,
    [
      ...weightLines(weights, best.choices, words),
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
  { problem: { budgets }, words }: Pick<Told, "problem" | "words">,
): string {
  const used = Object.entries(budgets).map(
    ([metric, allowed]) => `${costs[metric] ?? 0} of ${allowed} ${metric}`,
  );
  return `${solver} gives ${weights.length} weights ${words.total(costs)}, ${used.join(", ")}`;
}

function proofOf({ proof, loss, bound }: AllocationSolution): string {
  if (proof === "optimal") return "no allocation within the budgets has less (gap 0)";
  return Number.isFinite(bound)
    ? `at most ${figure(loss - bound)} above the least there is`
    : "with no proof of how much less there could be";
}

/** A line for each weight: what it gets, what that takes, and what it loses alone. */
export const weightLines = (
  weights: readonly MeasuredWeight[],
  plan: Plan,
  words: CostWords,
): readonly string[] =>
  weights.map(({ weight, choices }) => {
    const { sym_name: symbol } = weight.attributes;
    const chosen = choices.find(({ choice }) => choice.id === plan.get(symbol))!;
    return `@${symbol}: ${chosen.choice.id}, ${words.each(chosen, elementsOf(weight))}, ${figure(chosen.loss)}`;
  });

/** What more of each budget would save, where the solver knows and it is something. */
const prices = ({ shadowPrices = {} }: AllocationSolution, words: CostWords): readonly string[] =>
  Object.entries(shadowPrices)
    .filter(([, price]) => price > 0)
    .map(([metric, price]) => {
      const { more, saved } = words.price(metric, price);
      return `one more ${more} would save about ${figure(saved)}`;
    });

/** Four digits. */
export const figure = (value: number): string => value.toPrecision(4);
