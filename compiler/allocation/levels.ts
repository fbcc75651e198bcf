import { type Columns, type Compact, isWithin, itemCount } from "./compact.ts";
import { shareOf } from "./walk.ts";

/** The columns of each item by what they take of the budgets, the least first: what a search goes up and down. */
export type Levels = readonly Int32Array[];

export const levelsOf = (compact: Compact): Levels =>
  Array.from({ length: itemCount(compact) }, (_, item) =>
    Int32Array.from(
      { length: compact.first[item + 1]! - compact.first[item]! },
      (_column, i) => compact.first[item]! + i,
    ).sort((a, b) => shareOf(compact, a) - shareOf(compact, b) || a - b),
  );

/** Items whose columns have the same costs, so that one may go up when another goes down. */
export function groupsOf(compact: Compact, levels: Levels): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  levels.forEach((columns, item) => {
    const key = Array.from(columns, (column) => compact.cost.map((cost) => cost[column]).join()).join(";");
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  });
  return [...groups.values()];
}

/** The place of an item's column among its levels. */
export const levelOf = (levels: Levels, columns: Columns, item: number): number =>
  levels[item]!.indexOf(columns[item]!);

/** Every item on the same level from below, on the lowest one that no longer keeps all budgets; else on the highest. */
export function evenStart(compact: Compact, levels: Levels): Columns {
  const highest = levels.reduce((most, { length }) => Math.max(most, length), 1) - 1;
  const at = (level: number): Columns =>
    Int32Array.from(levels, (columns) => columns[Math.min(level, columns.length - 1)]!);
  for (let level = 0; level < highest; level++) if (!isWithin(compact, at(level))) return at(level);
  return at(highest);
}
