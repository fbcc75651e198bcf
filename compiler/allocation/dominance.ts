import { type Compact, type CompactPair, itemCount, partnersOf } from "./compact.ts";

/**
 * Columns that some best allocation may need: one goes when another of its item costs no more in any budget and,
 * whatever the items paired with it do, loses no more. Of equal columns the first stays.
 */
export function undominated(compact: Compact): Int32Array {
  const { first } = compact;
  const partners = partnersOf(compact);
  const kept: number[] = [];
  for (let item = 0; item < itemCount(compact); item++) {
    const alive: number[] = [];
    for (let column = first[item]!; column < first[item + 1]!; column++) {
      if (alive.some((other) => dominates(compact, partners[item]!, item, other, column))) continue;
      for (let i = alive.length - 1; i >= 0; i--)
        if (dominates(compact, partners[item]!, item, column, alive[i]!)) alive.splice(i, 1);
      alive.push(column);
    }
    kept.push(...alive);
  }
  return Int32Array.from(kept);
}

function dominates(
  { first, loss, cost }: Compact,
  partners: readonly CompactPair[],
  item: number,
  better: number,
  worse: number,
): boolean {
  if (cost.some((costs) => costs[better]! > costs[worse]!)) return false;
  let most = loss[better]! - loss[worse]!;
  for (const { items, table } of partners) {
    const [start, width] = [first[item]!, first[items[1] + 1]! - first[items[1]]!];
    const isRow = items[0] === item;
    const count = isRow ? width : table.length / width;
    let largest = -Infinity;
    for (let other = 0; other < count; other++) {
      const at = (column: number) =>
        isRow ? (column - start) * width + other : other * width + (column - start);
      largest = Math.max(largest, table[at(better)]! - table[at(worse)]!);
    }
    most += largest;
  }
  return most <= 0;
}
