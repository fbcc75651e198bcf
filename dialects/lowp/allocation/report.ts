import type { AllocationProblem, AllocationSolution } from "../../../compiler/allocation/problem.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { ModuleProblem } from "./module-problem.ts";
import { elementsOf, totalElements } from "./module-problem.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** What was decided: totals and how good they are, then a line for each weight. Code: `allocation`. */
export function allocationRemark(
  solution: AllocationSolution,
  { weights }: ModuleProblem,
  { budgets }: AllocationProblem,
  { unit, name }: Sensitivity,
): Diagnostic {
  const elements = totalElements(weights.map(({ weight }) => weight));
  const bytes = solution.costs.bytes ?? 0;
  const allowed = budgets.bytes;
  const gap = solution.loss - solution.bound;
  const proof =
    solution.proof === "optimal"
      ? "no allocation within the budgets has less (gap 0)"
      : Number.isFinite(solution.bound)
        ? `at most ${figure(gap)} above the least there is`
        : "with no proof of how much less there could be";
  const price = solution.shadowPrices?.bytes;
  const saving =
    price !== undefined && price > 0
      ? [
          note(
            `one more byte would save about ${figure(price)}, one more bit per weight ${figure((price * elements) / 8)}`,
          ),
        ]
      : [];
  return {
    severity: "remark",
    code: "allocation",
    message: `${solution.solver} gives ${weights.length} weights ${((8 * bytes) / elements).toFixed(4)} bits on average, ${bytes} of ${allowed} bytes; ${name} adds up to ${figure(solution.loss)} ${unit}: ${proof}`,
    span: undefined,
    notes: [
      ...weights.map(({ weight, choices }) => {
        const { sym_name: symbol } = weight.attributes;
        const chosen = choices.find(({ choice }) => choice.id === solution.choices.get(symbol))!;
        const bits = ((8 * chosen.bytes) / elementsOf(weight)).toFixed(2);
        return note(`@${symbol}: ${chosen.choice.id}, ${bits} bits, ${figure(chosen.loss)}`);
      }),
      ...saving,
    ],
  };
}

const note = (message: string) => ({ message, span: undefined });
const figure = (value: number): string => value.toPrecision(4);
