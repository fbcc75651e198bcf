import { type Compact, costsOf, itemCount } from "./compact.ts";
import type { Relaxation } from "./multipliers.ts";

/** An item that may differ from the relaxation's choice, with what each column changes. */
export interface CoreItem {
  readonly item: number;
  /** Ascending; the relaxation's choice is among them. */
  readonly columns: Int32Array;
  readonly loss: Float64Array;
  /** By budget, then column. */
  readonly cost: readonly Float64Array[];
}

/** What is left of a problem once the columns are gone that no allocation as good as `limit` can have. */
export interface Core {
  /** The relaxation's choices, which items outside the core keep. */
  readonly base: Int32Array;
  /** Without pairs. */
  readonly baseLoss: number;
  /** What the base leaves of each budget; negative where it takes more. */
  readonly slack: readonly number[];
  /** Those first for which it matters least which column they take. */
  readonly items: readonly CoreItem[];
  /** Columns of the core's items and of those that keep their base. */
  readonly columnsLeft: number;
  /** Rises of the bound by which a column had to exceed to go. */
  readonly room: number;
}

/** Rounding error of a sum of `terms` numbers whose magnitudes add up to `magnitude`, with room. */
export const roundingOf = (terms: number, magnitude: number): number => (terms + 16) * 2 ** -52 * magnitude;

/**
 * Drops each column whose reduced loss, what it adds to the bound when it is forced, takes the bound above `limit`.
 * Pairs count as nothing, as they never add less.
 */
export function coreOf(
  compact: Compact,
  { multipliers, bound, columns: base }: Relaxation,
  limit: number,
): Core {
  const reduced = (column: number): number =>
    multipliers.reduce(
      (sum, multiplier, metric) => sum + multiplier * compact.cost[metric]![column]!,
      compact.loss[column]!,
    );
  const totals = costsOf(compact, base);
  const magnitude = multipliers.reduce(
    (sum, multiplier, metric) => sum + multiplier * (totals[metric]! + compact.budget[metric]!),
    base.reduce((sum, column) => sum + Math.abs(compact.loss[column]!), 0),
  );
  const room = limit - bound + roundingOf(base.length, magnitude);
  const found: { readonly core: CoreItem; readonly least: number }[] = [];
  let columnsLeft = 0;
  for (let item = 0; item < itemCount(compact); item++) {
    const least = reduced(base[item]!);
    const kept: number[] = [];
    let next = Infinity;
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
      const rise = reduced(column) - least;
      if (column !== base[item] && rise > room) continue;
      kept.push(column);
      if (column !== base[item]) next = Math.min(next, rise);
    }
    columnsLeft += kept.length;
    if (kept.length > 1) found.push({ core: coreItem(compact, item, base[item]!, kept), least: next });
  }
  return {
    base,
    baseLoss: base.reduce((sum, column) => sum + compact.loss[column]!, 0),
    slack: totals.map((total, metric) => compact.budget[metric]! - total),
    items: found.sort((a, b) => a.least - b.least || a.core.item - b.core.item).map(({ core }) => core),
    columnsLeft,
    room,
  };
}

function coreItem({ loss, cost }: Compact, item: number, base: number, kept: readonly number[]): CoreItem {
  const change = (numbers: Float64Array) =>
    Float64Array.from(kept, (column) => numbers[column]! - numbers[base]!);
  return { item, columns: Int32Array.from(kept), loss: change(loss), cost: cost.map(change) };
}
