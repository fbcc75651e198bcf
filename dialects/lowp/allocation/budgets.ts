import type { AllocationInfeasible, AllocationProblem } from "../../../compiler/allocation/problem.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";

/** How much the weights may take, as the user says it. */
export interface Budgets {
  /** Stored bits per weight on average, scales and all. */
  readonly bits: number | undefined;
  readonly bytes: number | undefined;
}

/** The largest totals by metric. Codes: `no-budget`, `budget-twice`. */
export function budgetsOf({ bits, bytes }: Budgets, elements: number): Result<AllocationProblem["budgets"]> {
  if (bits === undefined && bytes === undefined)
    return fail(
      error("no-budget", "nothing limits the types, so the dearest would always be chosen", {
        hint: "say bits=4 for 4 bits per weight on average, or bytes=…",
      }),
    );
  if (bits !== undefined && bytes !== undefined)
    return fail(
      error(
        "budget-twice",
        `bits=${bits} and bytes=${bytes} limit the same: ${elements} weights of ${bits} bits are ${allowedBytes(bits, elements)} bytes`,
        { hint: "keep the smaller of the two" },
      ),
    );
  return ok({ bytes: bytes ?? allowedBytes(bits!, elements) });
}

/** Whole bytes that so many bits per weight allow. */
const allowedBytes = (bits: number, elements: number): number => Math.floor((bits * elements) / 8);

/** Why a budget cannot be met, in words: the fewest weights that alone need too much. Code: `budget-infeasible`. */
export function infeasible(
  { items, budgets }: AllocationInfeasible,
  {
    problem,
    asked,
    elements,
  }: { readonly problem: AllocationProblem; readonly asked: Budgets; readonly elements: number },
): Diagnostic {
  const least = (metric: string) => {
    const chosen = problem.items.filter(({ id }) => items.includes(id));
    return chosen.reduce((total, { choices }) => {
      return total + Math.min(...choices.map(({ cost }) => cost[metric] ?? 0));
    }, 0);
  };
  const parts = Object.entries(budgets).map(([metric, { allowed }]) =>
    metric === "bytes" && asked.bits !== undefined
      ? `${listed(items)} alone take at least ${bitsOf(least(metric), elements)} bits per weight of all, allowed are ${asked.bits}`
      : `${listed(items)} alone take at least ${least(metric)} ${metric}, allowed are ${allowed}`,
  );
  const all = Object.entries(budgets).map(([metric, each]) =>
    metric === "bytes" && asked.bits !== undefined
      ? `bits=${bitsOf(each.least, elements)}`
      : `${metric}=${each.least}`,
  );
  return error("budget-infeasible", `the budget cannot be met: ${parts.join("; ")}`, {
    hint: `all weights together need at least ${all.join(" ")}; add smaller types, or allow more`,
  });
}

const NAMED = 4;

/** The names, or the first few and how many more there are. */
function listed(names: readonly string[]): string {
  const isShort = names.length <= NAMED;
  const shown = (isShort ? names : names.slice(0, NAMED - 1)).map((name) => `@${name}`);
  const words = isShort ? shown : [...shown, `${names.length - NAMED + 1} other weights`];
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Rounded up, so that what is said to be enough is. */
export const bitsOf = (bytes: number, elements: number): number =>
  Math.ceil(((bytes * 8) / elements) * 1e4) / 1e4;
