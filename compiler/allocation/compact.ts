/**
 * A problem as integers in flat arrays, for solvers. The choices of an item are columns next to each other, in their
 * order; items are in the order of their ids, so the smaller column is the one that wins a tie.
 */
export interface Compact {
  /** Columns of item i: first[i] up to first[i + 1]. */
  readonly first: Int32Array;
  /** By column, without pairs; a multiple of the loss's unit. */
  readonly loss: Float64Array;
  /** Of the budgets that can be exceeded, by metric, then column; never negative. */
  readonly cost: readonly Float64Array[];
  readonly budget: readonly number[];
  readonly metrics: readonly string[];
  readonly pairs: readonly CompactPair[];
}

/** Loss added where two items meet, by choice of the first and then of the second; never negative. */
export interface CompactPair {
  readonly items: readonly [number, number];
  readonly table: Float64Array;
}

export const itemCount = ({ first }: Compact): number => first.length - 1;

/** A column for each item: what a solver looks for. */
export type Columns = Int32Array;

/** Loss of an allocation, with its pairs. */
export function lossOf(compact: Compact, columns: Columns): number {
  let loss = 0;
  for (const column of columns) loss += compact.loss[column]!;
  for (const pair of compact.pairs) loss += pairLoss(compact, pair, columns);
  return loss;
}

/** A loss that no allocation exceeds. */
export function largestLoss(compact: Compact): number {
  let most = 0;
  for (let item = 0; item < itemCount(compact); item++) {
    let largest = -Infinity;
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++)
      largest = Math.max(largest, compact.loss[column]!);
    most += largest;
  }
  return compact.pairs.reduce(
    (sum, { table }) => sum + table.reduce((largest, cell) => Math.max(largest, cell), 0),
    most,
  );
}

/** What one pair adds to an allocation. */
export function pairLoss(
  { first }: Compact,
  { items: [one, other], table }: CompactPair,
  columns: Columns,
): number {
  const width = first[other + 1]! - first[other]!;
  return table[(columns[one]! - first[one]!) * width + (columns[other]! - first[other]!)]!;
}

/** Total of each budgeted metric. */
export function costsOf({ cost }: Compact, columns: Columns): number[] {
  return cost.map((costs) => {
    let total = 0;
    for (const column of columns) total += costs[column]!;
    return total;
  });
}

export const isWithin = (compact: Compact, columns: Columns): boolean =>
  costsOf(compact, columns).every((total, metric) => total <= compact.budget[metric]!);

/** The column of each item for which `value` is least; the first of equal ones. */
export function leastColumns(compact: Compact, value: (column: number) => number): Columns {
  const chosen = new Int32Array(itemCount(compact));
  for (let item = 0; item < chosen.length; item++) {
    let best = compact.first[item]!;
    let least = value(best);
    for (let column = best + 1; column < compact.first[item + 1]!; column++) {
      const other = value(column);
      if (other < least) [best, least] = [column, other];
    }
    chosen[item] = best;
  }
  return chosen;
}

/** The pairs of each item. */
export function partnersOf(compact: Compact): readonly (readonly CompactPair[])[] {
  const partners: CompactPair[][] = Array.from({ length: itemCount(compact) }, () => []);
  for (const pair of compact.pairs) for (const item of pair.items) partners[item]!.push(pair);
  return partners;
}

/** How the loss of an allocation changes when one item takes another column. */
export function lossChange(
  compact: Compact,
  partners: readonly CompactPair[],
  columns: Columns,
  { item, column }: { readonly item: number; readonly column: number },
): number {
  const old = columns[item]!;
  let change = compact.loss[column]! - compact.loss[old]!;
  for (const pair of partners) {
    change -= pairLoss(compact, pair, columns);
    columns[item] = column;
    change += pairLoss(compact, pair, columns);
    columns[item] = old;
  }
  return change;
}
