import { type Compact, itemCount } from "./compact.ts";
import { feasibleColumns, leastUse } from "./feasible.ts";
import { minimumOf } from "./minimum.ts";
import type { Prepared } from "./prepare.ts";
import type { AllocationInfeasible } from "./problem.ts";

/** Sets of items that are tried when the items behind several budgets are looked for. */
const MOST_TRIALS = 64;

/**
 * Why a problem without solution has none. With one budget the items are as few as can be: those whose least costs
 * are largest. With several they are what is left when items are dropped, small ones first, as long as the rest still
 * cannot keep the budgets; after 64 trials those not tried stay.
 */
export async function explainInfeasible(prepared: Prepared): Promise<AllocationInfeasible> {
  const { problem, groups, compact, cost } = prepared;
  const budgets = await conflictOf(compact);
  const items =
    budgets.length === 1
      ? fewestItems(compact, budgets[0]!)
      : await irreducibleItems(onlyBudgets(compact, budgets));
  const members = new Set(items.flatMap((item) => groups[item]!.members));
  const least = await Promise.all(
    budgets.map(async (budget) => {
      const problem = leastUse(
        compact,
        budget,
        budgets.filter((other) => other !== budget),
      );
      const start = await feasibleColumns(problem);
      return (await minimumOf(problem, { start: typeof start === "string" ? undefined : start })).bound;
    }),
  );
  return {
    kind: "infeasible",
    items: problem.items.map(({ id }) => id).filter((id) => members.has(id)),
    budgets: Object.fromEntries(
      budgets.map((budget, at) => {
        const metric = compact.metrics[budget]!;
        const total = cost[budget]!.toNumber(Math.floor(least[at]!));
        return [metric, { least: total, allowed: problem.budgets[metric]! }];
      }),
    ),
  };
}

/** The first of the smallest sets of budgets that no allocation keeps together. */
async function conflictOf(compact: Compact): Promise<readonly number[]> {
  const count = compact.metrics.length;
  const all = Array.from({ length: count }, (_, budget) => budget);
  const sets = Array.from({ length: 2 ** count }, (_, code) => all.filter((budget) => (code >> budget) & 1));
  for (let size = 1; size < count; size++)
    for (const budgets of sets.filter(({ length }) => length === size))
      if ((await feasibleColumns(onlyBudgets(compact, budgets))) === "infeasible") return budgets;
  return all;
}

function fewestItems(compact: Compact, budget: number): readonly number[] {
  const least = leastByItem(compact, budget);
  const chosen: number[] = [];
  let sum = 0;
  for (const item of byContribution(least).reverse()) {
    if (sum > compact.budget[budget]!) break;
    chosen.push(item);
    sum += least[item]!;
  }
  return chosen;
}

/** Halves sets of items that may go until nothing more goes. (Like QuickXplain, Junker 2004.) */
async function irreducibleItems(compact: Compact): Promise<readonly number[]> {
  const shares = compact.budget.map((budget, metric) =>
    leastByItem(compact, metric).map((least) => least / Math.max(1, budget)),
  );
  const total = shares[0]!.map((_, item) => shares.reduce((sum, share) => sum + share[item]!, 0));
  const kept = new Set(total.keys());
  const untried = [byContribution(total)];
  for (let trial = 0; trial < MOST_TRIALS && untried.length > 0; trial++) {
    const dropped = untried.pop()!;
    const rest = [...kept].filter((item) => !dropped.includes(item));
    if (rest.length > 0 && (await feasibleColumns(onlyItems(compact, rest))) === "infeasible")
      for (const item of dropped) kept.delete(item);
    else if (dropped.length > 1) {
      const half = dropped.length >> 1;
      untried.push(dropped.slice(half), dropped.slice(0, half));
    }
  }
  return [...kept];
}

function leastByItem(compact: Compact, metric: number): number[] {
  return Array.from({ length: itemCount(compact) }, (_, item) =>
    compact.cost[metric]!.subarray(compact.first[item]!, compact.first[item + 1]!).reduce(
      (least, cost) => Math.min(least, cost),
      Infinity,
    ),
  );
}

/** Items by what they contribute, the least first; of equal ones the last first. */
const byContribution = (contribution: readonly number[]): number[] =>
  [...contribution.keys()].sort((a, b) => contribution[a]! - contribution[b]! || b - a);

const onlyBudgets = (compact: Compact, budgets: readonly number[]): Compact => ({
  ...compact,
  cost: budgets.map((budget) => compact.cost[budget]!),
  budget: budgets.map((budget) => compact.budget[budget]!),
  metrics: budgets.map((budget) => compact.metrics[budget]!),
});

/** The problem with only some of its items, without pairs. */
function onlyItems(compact: Compact, items: readonly number[]): Compact {
  const columns = items.flatMap((item) =>
    Array.from(
      { length: compact.first[item + 1]! - compact.first[item]! },
      (_, i) => compact.first[item]! + i,
    ),
  );
  const pick = (numbers: Float64Array): Float64Array =>
    Float64Array.from(columns, (column) => numbers[column]!);
  const first = new Int32Array(items.length + 1);
  items.forEach((item, at) => {
    first[at + 1] = first[at]! + compact.first[item + 1]! - compact.first[item]!;
  });
  return { ...compact, first, loss: pick(compact.loss), cost: compact.cost.map(pick), pairs: [] };
}
