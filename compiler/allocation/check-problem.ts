import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { checkPairs, checkTies } from "./check-links.ts";
import { asArray, asObject, type Faults, finite, rejectOtherKeys, text } from "./json-values.ts";
import type { AllocationProblem } from "./problem.ts";

/** What the rest of a problem may refer to, as far as it could be read. */
export interface KnownItems {
  /** Ids of choices by item. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** Metrics that some choice costs. */
  readonly metrics: ReadonlySet<string>;
}

/**
 * A problem from a parsed JSON file, or one that was made some other way: every fault is reported, each with its
 * place such as `items[2].choices[0].cost.bytes`. Codes: `allocation-value` for what has the wrong kind or sign,
 * `allocation-empty`, `allocation-duplicate`, `allocation-unknown`, `allocation-key`, `allocation-tie`.
 */
export function checkProblem(value: unknown): Result<AllocationProblem> {
  const faults: Diagnostic[] = [];
  const add: Faults = (code, message, hint) => faults.push(error(`allocation-${code}`, message, { hint }));
  const problem = asObject(value, "the problem", add);
  if (!problem) return fail(...faults);
  rejectOtherKeys(problem, "the problem", ["items", "budgets", "ties", "pairs"], add);
  const known = checkItems(problem.items, add);
  checkBudgets(problem.budgets, known, add);
  if (problem.ties !== undefined) checkTies(problem.ties, known, add);
  if (problem.pairs !== undefined) checkPairs(problem.pairs, known, add);
  return faults.length > 0 ? fail(...faults) : ok(value as AllocationProblem);
}

function checkItems(value: unknown, add: Faults): KnownItems {
  const choices = new Map<string, readonly string[]>();
  const metrics = new Set<string>();
  const items = asArray(value, "items", add) ?? [];
  if (Array.isArray(value) && items.length === 0)
    add("empty", "items is empty, expected at least one", 'give items: [{"id": …, "choices": […]}]');
  items.forEach((entry, index) => {
    const place = `items[${index}]`;
    const item = asObject(entry, place, add);
    if (!item) return;
    rejectOtherKeys(item, place, ["id", "choices"], add);
    const id = text(item.id, `${place}.id`, add);
    if (id !== undefined && choices.has(id))
      add(
        "duplicate",
        `${place}.id is ${quote(id)}, as of an earlier item`,
        "give each item an id of its own",
      );
    const ids = checkChoices(item.choices, `${place}.choices`, metrics, add);
    if (id !== undefined) choices.set(id, ids);
  });
  return { choices, metrics };
}

/** Ids of the choices of one item. */
function checkChoices(value: unknown, place: string, metrics: Set<string>, add: Faults): readonly string[] {
  const choices = asArray(value, place, add) ?? [];
  if (Array.isArray(value) && choices.length === 0)
    add("empty", `${place} is empty, expected at least one`, "an item without a choice can be left out");
  const ids: string[] = [];
  choices.forEach((entry, index) => {
    const choice = asObject(entry, `${place}[${index}]`, add);
    if (!choice) return;
    rejectOtherKeys(choice, `${place}[${index}]`, ["id", "loss", "cost"], add);
    const id = text(choice.id, `${place}[${index}].id`, add);
    if (id !== undefined && ids.includes(id))
      add(
        "duplicate",
        `${place}[${index}].id is ${quote(id)}, as of an earlier choice`,
        "ids of choices differ within an item",
      );
    if (id !== undefined) ids.push(id);
    finite(choice.loss, `${place}[${index}].loss`, add);
    const cost = asObject(choice.cost, `${place}[${index}].cost`, add) ?? {};
    for (const [metric, amount] of Object.entries(cost)) {
      metrics.add(metric);
      amountOf(amount, `${place}[${index}].cost.${metric}`, add);
    }
  });
  return ids;
}

function checkBudgets(value: unknown, { metrics }: KnownItems, add: Faults): void {
  const budgets = asObject(value, "budgets", add);
  if (!budgets) return;
  if (Object.keys(budgets).length === 0)
    add("empty", "budgets is empty, expected at least one", 'give budgets: {"bytes": …}');
  for (const [metric, allowed] of Object.entries(budgets)) {
    amountOf(allowed, `budgets.${metric}`, add);
    if (!metrics.has(metric))
      add("unknown", `budgets.${metric} limits what no choice costs`, didYouMean(metric, [...metrics]));
  }
}

/** A number that is not negative. */
function amountOf(value: unknown, place: string, add: Faults): void {
  const amount = finite(value, place, add);
  if (amount !== undefined && amount < 0)
    add("value", `${place} is ${amount}, expected at least 0`, "costs and budgets are not negative");
}

const quote = (id: string): string => JSON.stringify(id);
