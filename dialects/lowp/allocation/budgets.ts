import type { AllocationInfeasible, AllocationProblem } from "../../../compiler/allocation/problem.ts";
import type { CostModel } from "../../../compiler/define/cost-model.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { didYouMean } from "../../../compiler/diagnostics/suggest.ts";
import { floatAttribute } from "../../../compiler/ir/attributes.ts";
import { real, type Schema } from "../../../compiler/schema/schema.ts";
import { entriesOf } from "./braces.ts";
import type { CostWords } from "./cost-words.ts";

/** How much the weights may take, as the user says it. */
export interface Budgets {
  /** Stored bits per weight on average, scales and all. */
  readonly bits: number | undefined;
  readonly bytes: number | undefined;
  /** Of a target, by metrics of its cost model. */
  readonly budgets: Readonly<Record<string, number>>;
}

/** `{cycles = 1000, energy = 2.5}` */
export const budgetSchema: Schema<Readonly<Record<string, number>>> = {
  describe: "{cycles = 1000}",
  decode(literal) {
    const entries = Object.entries(entriesOf(literal) ?? {});
    const numbers = entries.map(([metric, value]) => [metric, amount.decode(value)] as const);
    return entries.length > 0 && numbers.every(([, value]) => value !== undefined)
      ? Object.fromEntries(numbers as [string, number][])
      : undefined;
  },
  encode: (budgets) => ({
    kind: "dictionary",
    entries: Object.fromEntries(Object.entries(budgets).map(([key, value]) => [key, floatAttribute(value)])),
  }),
};

const amount = real({ above: 0 });

/**
 * The largest totals by metric. Codes: `no-budget`, `budget-twice`, `unknown-metric` where the costs know nothing of
 * one, `costs-unused` where there are costs and no budget for them.
 */
export function budgetsOf(
  { bits, bytes, budgets }: Budgets,
  elements: number,
  costs: CostModel | undefined,
): Result<AllocationProblem["budgets"]> {
  const others = Object.keys(budgets);
  const unknown = others.filter((metric) => !costs?.metrics.includes(metric));
  if (unknown.length > 0) return fail(...unknown.map((metric) => unknownMetric(metric, costs)));
  if (costs && others.length === 0)
    return fail(
      error("costs-unused", `${costs.name} tells ${costs.metrics.join(", ")}, but no budget limits any`, {
        hint: `add budgets={${costs.metrics[0]} = …}, or leave the costs out`,
      }),
    );
  if (bits === undefined && bytes === undefined && others.length === 0)
    return fail(
      error("no-budget", "nothing limits the types, so the dearest would always be chosen", {
        hint: "say bits=4 for 4 bits per weight on average, bytes=…, or budgets={cycles = …}",
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
  const size = bytes ?? (bits === undefined ? undefined : allowedBytes(bits, elements));
  return ok({ ...(size !== undefined && { bytes: size }), ...budgets });
}

const unknownMetric = (metric: string, costs: CostModel | undefined): Diagnostic =>
  error("unknown-metric", `nothing tells what a weight costs in ${metric}`, {
    hint: costs
      ? (didYouMean(metric, costs.metrics) ?? `${costs.name} tells ${costs.metrics.join(", ")}`)
      : "give a table of costs with --costs FILE; bits and bytes need none",
  });

/** Whole bytes that so many bits per weight allow. */
const allowedBytes = (bits: number, elements: number): number => Math.floor((bits * elements) / 8);

/** Why a budget cannot be met, in words: the fewest weights that alone need too much. Code: `budget-infeasible`. */
export function infeasible(
  { items, budgets }: AllocationInfeasible,
  problem: AllocationProblem,
  words: CostWords,
): Diagnostic {
  const least = (metric: string) => {
    const chosen = problem.items.filter(({ id }) => items.includes(id));
    return chosen.reduce((total, { choices }) => {
      return total + Math.min(...choices.map(({ cost }) => cost[metric] ?? 0));
    }, 0);
  };
  const parts = Object.entries(budgets).map(
    ([metric, { allowed }]) => `${listed(items)} alone ${words.shortage(metric, least(metric), allowed)}`,
  );
  return error("budget-infeasible", `the budget cannot be met: ${parts.join("; ")}`, {
    hint: words.remedy(budgets),
  });
}

/** Words on types for weights of so many numbers together; bytes are spoken of as bits where the user did. */
export function typeWords({ bits }: Pick<Budgets, "bits">, elements: number): CostWords {
  const isInBits = (metric: string) => metric === "bytes" && bits !== undefined;
  return {
    total: ({ bytes = 0 }) => `${((8 * bytes) / elements).toFixed(4)} bits on average`,
    each: ({ bytes }, numbers) => `${((8 * bytes) / numbers).toFixed(2)} bits`,
    price: (metric, price) =>
      metric === "bytes"
        ? { more: "bit per weight", saved: (price * elements) / 8 }
        : { more: `of ${metric}`, saved: price },
    shortage: (metric, least, allowed) =>
      isInBits(metric)
        ? `take at least ${bitsOf(least, elements)} bits per weight of all, allowed are ${bits}`
        : `take at least ${least} ${metric}, allowed are ${allowed}`,
    remedy(budgets) {
      const all = Object.entries(budgets).map(([metric, { least }]) =>
        isInBits(metric) ? `bits=${bitsOf(least, elements)}` : `${metric}=${least}`,
      );
      return `all weights together need at least ${all.join(" ")}; add smaller types, or allow more`;
    },
  };
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
const bitsOf = (bytes: number, elements: number): number => Math.ceil(((bytes * 8) / elements) * 1e4) / 1e4;
