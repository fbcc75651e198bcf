import type { CompactPair } from "./compact.ts";
import type { Grid } from "./decimal.ts";
import type { AllocationProblem } from "./problem.ts";
import type { TieGroup } from "./ties.ts";

/**
 * Adds the losses of pairs to those of columns as far as a single choice has them for certain: first the least of
 * each row, then that of each column. What is left is never negative, so that losses without pairs are a bound.
 */
export function absorbPairs(
  { pairs = [] }: AllocationProblem,
  groups: readonly TieGroup[],
  { first, loss, grid }: { readonly first: Int32Array; readonly loss: Float64Array; readonly grid: Grid },
): readonly CompactPair[] {
  const groupOf = new Map(groups.flatMap(({ members }, index) => members.map((id) => [id, index] as const)));
  const tables = new Map<string, CompactPair>();
  for (const { items, choices, loss: added } of pairs) {
    const places = items.map((id, side) => {
      const group = groupOf.get(id)!;
      return { group, choice: groups[group]!.choices.indexOf(choices[side]!) };
    });
    const [one, other] = places.toSorted((a, b) => a.group - b.group) as [Place, Place];
    if (one.choice < 0 || other.choice < 0) continue;
    if (one.group !== other.group) {
      const { table } = tableFor(tables, groups, one.group, other.group);
      table[one.choice * groups[other.group]!.choices.length + other.choice]! += grid.toInteger(added);
    } else if (one.choice === other.choice) loss[first[one.group]! + one.choice]! += grid.toInteger(added);
  }
  for (const pair of tables.values()) absorb(pair, first, loss);
  return [...tables.values()].filter(({ table }) => table.some((value) => value !== 0));
}

interface Place {
  readonly group: number;
  readonly choice: number;
}

function tableFor(
  tables: Map<string, CompactPair>,
  groups: readonly TieGroup[],
  one: number,
  other: number,
): CompactPair {
  const size = groups[one]!.choices.length * groups[other]!.choices.length;
  const pair = tables.get(`${one},${other}`) ?? { items: [one, other], table: new Float64Array(size) };
  tables.set(`${one},${other}`, pair);
  return pair;
}

function absorb({ items: [one, other], table }: CompactPair, first: Int32Array, loss: Float64Array): void {
  const width = first[other + 1]! - first[other]!;
  const height = table.length / width;
  const move = (column: number, cells: readonly number[]): void => {
    const least = cells.reduce((low, cell) => Math.min(low, table[cell]!), Infinity);
    loss[column]! += least;
    for (const cell of cells) table[cell]! -= least;
  };
  for (let row = 0; row < height; row++)
    move(
      first[one]! + row,
      Array.from({ length: width }, (_, i) => row * width + i),
    );
  for (let column = 0; column < width; column++)
    move(
      first[other]! + column,
      Array.from({ length: height }, (_, i) => i * width + column),
    );
}
