import type { AllocationProblem, AllocationSolution } from "../../../compiler/allocation/problem.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { CostWords } from "./cost-words.ts";
import type { MeasuredWeight } from "./measure.ts";
import { elementsOf } from "./module-problem.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** What was decided: totals and how good they are, then a line for each weight, and prices. Code: `allocation`. */
export function allocationRemark(
  solution: AllocationSolution,
  weights: readonly MeasuredWeight[],
  { budgets }: AllocationProblem,
  { unit, name }: Sensitivity,
  words: CostWords,
): Diagnostic {
  const used = Object.entries(budgets).map(
    ([metric, allowed]) => `${solution.costs[metric] ?? 0} of ${allowed} ${metric}`,
  );
  return {
    severity: "remark",
    code: "allocation",
    message: `${solution.solver} gives ${weights.length} weights ${words.total(solution.costs)}, ${used.join(", ")}; ${name} adds up to ${figure(solution.loss)} ${unit}: ${proofOf(solution)}`,
    span: undefined,
    notes: [...weights.map((weight) => weightLine(weight, solution, words)), ...prices(solution, words)].map(
      (message) => ({ message, span: undefined }),
    ),
  };
}

function proofOf({ proof, loss, bound }: AllocationSolution): string {
  if (proof === "optimal") return "no allocation within the budgets has less (gap 0)";
  return Number.isFinite(bound)
    ? `at most ${figure(loss - bound)} above the least there is`
    : "with no proof of how much less there could be";
}

function weightLine(
  { weight, choices }: MeasuredWeight,
  solution: AllocationSolution,
  words: CostWords,
): string {
  const { sym_name: symbol } = weight.attributes;
  const chosen = choices.find(({ choice }) => choice.id === solution.choices.get(symbol))!;
  return `@${symbol}: ${chosen.choice.id}, ${words.each(chosen, elementsOf(weight))}, ${figure(chosen.loss)}`;
}

/** What more of each budget would save, where the solver knows and it is something. */
const prices = ({ shadowPrices = {} }: AllocationSolution, words: CostWords): readonly string[] =>
  Object.entries(shadowPrices)
    .filter(([, price]) => price > 0)
    .map(([metric, price]) => {
      const { more, saved } = words.price(metric, price);
      return `one more ${more} would save about ${figure(saved)}`;
    });

const figure = (value: number): string => value.toPrecision(4);
