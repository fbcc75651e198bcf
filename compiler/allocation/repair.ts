import {
  type Columns,
  type Compact,
  type CompactPair,
  costsOf,
  itemCount,
  lossChange,
  partnersOf,
} from "./compact.ts";

/**
 * An allocation within the budgets, made from another by single changes: first those that lose least for what they
 * remove of the excess, as parts of the budgets; then those that gain most for what they use, while they fit.
 * Undefined where the first step gets stuck above a budget.
 */
export function repaired(compact: Compact, start: Columns): Columns | undefined {
  const walk: Walk = {
    compact,
    partners: partnersOf(compact),
    columns: start.slice(),
    totals: costsOf(compact, start),
  };
  while (walk.totals.some((total, metric) => total > compact.budget[metric]!))
    if (!takeBest(walk, lossForExcess)) return undefined;
  while (takeBest(walk, lossForUse));
  return walk.columns;
}

interface Walk {
  readonly compact: Compact;
  readonly partners: readonly (readonly CompactPair[])[];
  readonly columns: Columns;
  readonly totals: number[];
}

/** A change of one item; `undefined` where it may not be made, else the least is made. */
type Rating = (walk: Walk, loss: number, from: number, to: number) => number | undefined;

function takeBest(walk: Walk, rate: Rating): boolean {
  const { compact, partners, columns, totals } = walk;
  let best: { item: number; column: number; rating: number } | undefined;
  for (let item = 0; item < itemCount(compact); item++) {
    const old = columns[item]!;
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
      if (column === old) continue;
      const loss = lossChange(compact, partners[item]!, columns, { item, column });
      const rating = rate(walk, loss, old, column);
      if (rating !== undefined && rating < (best?.rating ?? Infinity)) best = { item, column, rating };
    }
  }
  if (!best) return false;
  const old = columns[best.item]!;
  for (let metric = 0; metric < totals.length; metric++)
    totals[metric]! += compact.cost[metric]![best.column]! - compact.cost[metric]![old]!;
  columns[best.item] = best.column;
  return true;
}

function lossForExcess(
  { compact, totals }: Walk,
  loss: number,
  from: number,
  to: number,
): number | undefined {
  let removed = 0;
  for (let metric = 0; metric < totals.length; metric++) {
    const budget = compact.budget[metric]!;
    const after = totals[metric]! + compact.cost[metric]![to]! - compact.cost[metric]![from]!;
    removed += (Math.max(0, totals[metric]! - budget) - Math.max(0, after - budget)) / Math.max(1, budget);
  }
  return removed > 0 ? loss / removed : undefined;
}

function lossForUse({ compact, totals }: Walk, loss: number, from: number, to: number): number | undefined {
  if (loss >= 0) return undefined;
  let used = 0;
  for (let metric = 0; metric < totals.length; metric++) {
    const [budget, more] = [
      compact.budget[metric]!,
      compact.cost[metric]![to]! - compact.cost[metric]![from]!,
    ];
    if (totals[metric]! + more > budget) return undefined;
    used += Math.max(0, more) / Math.max(1, budget);
  }
  // What uses nothing comes first, and of that what gains most.
  return used === 0 ? -Number.MAX_VALUE : loss / used;
}
