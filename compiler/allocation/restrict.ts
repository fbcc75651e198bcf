import { type Compact, type CompactPair, itemCount } from "./compact.ts";

/** The problem with only some of its columns, given in order. An item may be left without any. */
export function restrict(compact: Compact, kept: Int32Array): Compact {
  const place = new Int32Array(compact.loss.length).fill(-1);
  kept.forEach((column, index) => {
    place[column] = index;
  });
  const pick = (numbers: Float64Array): Float64Array => Float64Array.from(kept, (column) => numbers[column]!);
  const first = new Int32Array(itemCount(compact) + 1);
  for (let item = 0; item < first.length - 1; item++) {
    let count = 0;
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++)
      if (place[column] !== -1) count++;
    first[item + 1] = first[item]! + count;
  }
  return {
    ...compact,
    first,
    loss: pick(compact.loss),
    cost: compact.cost.map(pick),
    pairs: compact.pairs.map((pair) => restrictPair(compact, pair, place)),
  };
}

function restrictPair({ first }: Compact, { items, table }: CompactPair, place: Int32Array): CompactPair {
  const [rows, columns] = items.map((item) => {
    const choices = Array.from({ length: first[item + 1]! - first[item]! }, (_, choice) => choice);
    return choices.filter((choice) => place[first[item]! + choice] !== -1);
  }) as [number[], number[]];
  const width = first[items[1] + 1]! - first[items[1]]!;
  return {
    items,
    table: Float64Array.from(rows.flatMap((row) => columns.map((column) => table[row * width + column]!))),
  };
}
