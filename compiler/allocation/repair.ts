import { type Columns, type Compact, itemCount } from "./compact.ts";
import { changeOf, climb, type Move, take, type Walk, walkFrom } from "./walk.ts";

/**
 * An allocation within the budgets, made from another by single changes: first those that lose least for what they
 * remove of the excess, as parts of the budgets; then those that gain most for what they use, while they fit.
 * Undefined where the first step gets stuck above a budget.
 */
export function repaired(compact: Compact, start: Columns): Columns | undefined {
  const walk = walkFrom(compact, start);
  while (walk.totals.some((total, metric) => total > compact.budget[metric]!)) {
    const move = bestRelief(walk);
    if (!move) return undefined;
    take(walk, move);
  }
  climb(walk);
  return walk.columns;
}

function bestRelief(walk: Walk): Move | undefined {
  const { compact, columns } = walk;
  let best: (Move & { readonly rating: number }) | undefined;
  for (let item = 0; item < itemCount(compact); item++)
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
      const removed = column === columns[item] ? 0 : relief(walk, { item, column });
      const rating = removed > 0 ? changeOf(walk, { item, column }) / removed : Infinity;
      if (rating < (best?.rating ?? Infinity)) best = { item, column, rating };
    }
  return best;
}

/** How much less the budgets are exceeded after a move, as parts of them. */
function relief({ compact, columns, totals }: Walk, { item, column }: Move): number {
  let removed = 0;
  for (let metric = 0; metric < totals.length; metric++) {
    const budget = compact.budget[metric]!;
    const cost = compact.cost[metric]!;
    const after = totals[metric]! + cost[column]! - cost[columns[item]!]!;
    removed += (Math.max(0, totals[metric]! - budget) - Math.max(0, after - budget)) / Math.max(1, budget);
  }
  return removed;
}
