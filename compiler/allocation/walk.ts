import {
  type Columns,
  type Compact,
  type CompactPair,
  costsOf,
  itemCount,
  lossChange,
  partnersOf,
} from "./compact.ts";

/** An allocation that changes one item at a time. */
export interface Walk {
  readonly compact: Compact;
  readonly partners: readonly (readonly CompactPair[])[];
  readonly columns: Columns;
  /** By budget. */
  readonly totals: number[];
}

export interface Move {
  readonly item: number;
  readonly column: number;
}

export const walkFrom = (compact: Compact, start: Columns): Walk => ({
  compact,
  partners: partnersOf(compact),
  columns: start.slice(),
  totals: costsOf(compact, start),
});

export const changeOf = ({ compact, partners, columns }: Walk, move: Move): number =>
  lossChange(compact, partners[move.item]!, columns, move);

/** Whether a move keeps every budget, or at least makes none of the totals larger that exceed theirs. */
export function fits({ compact, columns, totals }: Walk, { item, column }: Move): boolean {
  return compact.cost.every((cost, metric) => {
    const more = cost[column]! - cost[columns[item]!]!;
    return more <= 0 || totals[metric]! + more <= compact.budget[metric]!;
  });
}

export function take({ compact, columns, totals }: Walk, { item, column }: Move): void {
  for (let metric = 0; metric < totals.length; metric++)
    totals[metric]! += compact.cost[metric]![column]! - compact.cost[metric]![columns[item]!]!;
  columns[item] = column;
}

/** A column's costs as parts of the budgets, added up. */
export const shareOf = ({ cost, budget }: Compact, column: number): number =>
  cost.reduce((sum, costs, metric) => sum + costs[column]! / Math.max(1, budget[metric]!), 0);

/**
 * Takes the move that gains most for what it uses of the budgets, again and again, as long as one fits and gains.
 * Of equal moves the first item's, and of its the first column. With one budget and equal steps of costs, of which
 * each gains less than the one before, the result is the best from the cheapest start. (Fox 1966.)
 */
export function climb(walk: Walk): void {
  const { compact, partners } = walk;
  const moves = Array.from({ length: itemCount(compact) }, (_, item) => bestMove(walk, item));
  for (;;) {
    const move = moves.reduce(
      (best, other) => (other && (!best || other.rating < best.rating) ? other : best),
      undefined,
    );
    if (!move) return;
    // Others may have taken the room since it was rated, and freed some of another budget.
    const current = bestMove(walk, move.item);
    if (!current || current.column !== move.column || current.rating !== move.rating) {
      moves[move.item] = current;
      continue;
    }
    take(walk, move);
    const touched = new Set([move.item, ...partners[move.item]!.flatMap(({ items }) => items)]);
    for (const item of touched) moves[item] = bestMove(walk, item);
  }
}

interface RatedMove extends Move {
  /** Change of loss for each part of the budgets used; the least is best. */
  readonly rating: number;
}

function bestMove(walk: Walk, item: number): RatedMove | undefined {
  const { compact, columns } = walk;
  const used = shareOf(compact, columns[item]!);
  let best: RatedMove | undefined;
  for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
    const change = column === columns[item] ? 0 : changeOf(walk, { item, column });
    if (change >= 0 || !fits(walk, { item, column })) continue;
    const more = shareOf(compact, column) - used;
    const rating = more <= 0 ? -Number.MAX_VALUE : change / more;
    if (rating < (best?.rating ?? Infinity)) best = { item, column, rating };
  }
  return best;
}
