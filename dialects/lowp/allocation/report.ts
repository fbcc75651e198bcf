import type { AllocationProblem, AllocationSolution } from "../../../compiler/allocation/problem.ts";
import { totalsOf } from "../../../compiler/allocation/totals.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { CostWords, TakenCosts } from "./cost-words.ts";
import type { Plan } from "./plan-meter.ts";
import type { Refinement } from "./rounds.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** Something that was decided about. */
export interface ReportedItem {
  readonly id: string;
  /** Numbers that it holds. */
  readonly elements: number;
  readonly choices: readonly (TakenCosts & { readonly id: string; readonly loss: number })[];
}

/** What a plan was made for, and how to speak of it. */
interface Told {
  readonly problem: AllocationProblem;
  readonly sensitivity: Pick<Sensitivity, "name" | "unit">;
  readonly words: CostWords;
}

/** What was decided: totals and how good they are, then a line for each item, and prices. Code: `allocation`. */
export function allocationRemark(
  solution: AllocationSolution,
  items: readonly ReportedItem[],
  { problem, sensitivity: { unit, name }, words }: Told,
): Diagnostic {
  return remark(
    `${sizes(solution, items, { problem, words })}; ${name} adds up to ${figure(solution.loss)} ${unit}: ${proofOf(solution)}`,
    [...itemLines(items, solution.choices, words), ...prices(solution, words)],
  );
}

/** What was decided by measuring whole plans: the totals of the best, a line for each item, one for each plan. */
export function refinementRemark(
  { best, tried }: Refinement,
  items: readonly ReportedItem[],
  { problem, sensitivity: { unit }, words, solver }: Told & { readonly solver: string },
): Diagnostic {
  const { costs } = totalsOf(problem, best.choices);
  return remark(
    `${sizes({ solver, costs }, items, { problem, words })}; all together ${figure(best.loss)} ${unit}, the least of ${tried.length} plans that were measured`,
    [
      ...itemLines(items, best.choices, words),
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
  items: readonly ReportedItem[],
  { problem: { budgets }, words }: Pick<Told, "problem" | "words">,
): string {
  const used = Object.entries(budgets).map(
    ([metric, allowed]) => `${costs[metric] ?? 0} of ${allowed} ${metric}`,
  );
  return `${solver} gives ${items.length} ${words.items.many} ${words.total(costs)}, ${used.join(", ")}`;
}

function proofOf({ proof, loss, bound }: AllocationSolution): string {
  if (proof === "optimal") return "no allocation within the budgets has less (gap 0)";
  return Number.isFinite(bound)
    ? `at most ${figure(loss - bound)} above the least there is`
    : "with no proof of how much less there could be";
}

/** A line for each item: what it gets, what that takes, and what it loses alone. */
export const itemLines = (items: readonly ReportedItem[], plan: Plan, words: CostWords): readonly string[] =>
  items.map(({ id, elements, choices }) => {
    const chosen = choices.find((choice) => choice.id === plan.get(id))!;
    return `${words.items.named(id)}: ${chosen.id}, ${words.each(chosen, elements)}, ${figure(chosen.loss)}`;
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
