import { leastCommonMultiple } from "../../../compiler/numeric/integers.ts";

/** Tiles of rows and groups of a row, which all have the same number of wide groups; at the edges they are smaller. */
export interface GroupTiles {
  readonly rows: number;
  readonly groups: number;
}

/** What a tile's codes are to fill whole: a memory transaction of 32 bytes, in bits. */
const TRANSACTION_BITS = 256;

/** In a tile of fewer, whole transactions would be too far from the share. */
const FEWEST_UNITS = 8;

/** Groups of `size` numbers in so many bits that fill whole transactions. */
function groupsPerTransaction(size: number, bits: number): number {
  return leastCommonMultiple(size * bits, TRANSACTION_BITS) / (size * bits);
}

/**
 * How many of the groups of a tile are wide: the share of them, to the nearest number for which the codes of its wide
 * groups, and those of its narrow ones, are a multiple of 32 bytes, as far as the tile is large enough for that; all
 * where that is more than there are. `bits` are those of a number in narrow and wide groups.
 */
export function wideCount(
  groups: number,
  share: number,
  { size, bits }: { readonly size: number; readonly bits: readonly [number, number] },
): number {
  const [narrow, wide] = [groupsPerTransaction(size, bits[0]), groupsPerTransaction(size, bits[1])];
  const units = [...(groups % narrow === 0 ? [leastCommonMultiple(narrow, wide)] : []), wide];
  const unit = units.find((each) => groups >= FEWEST_UNITS * each) ?? 1;
  return Math.min(groups, Math.round((share * groups) / unit) * unit);
}

/**
 * 1 at the groups of largest score in each tile of a matrix of groups [rows, columns], as many as `count` says for a
 * tile of so many; of equals the first.
 */
export function chooseWideGroups(
  scores: Float64Array,
  columns: number,
  tiles: GroupTiles,
  count: (groups: number) => number,
): Uint8Array {
  const isWide = new Uint8Array(scores.length);
  const rows = columns === 0 ? 0 : scores.length / columns;
  for (let top = 0; top < rows; top += tiles.rows)
    for (let left = 0; left < columns; left += tiles.groups) {
      const places: number[] = [];
      for (let row = top; row < Math.min(top + tiles.rows, rows); row++)
        for (let column = left; column < Math.min(left + tiles.groups, columns); column++)
          places.push(row * columns + column);
      const chosen = places
        .toSorted((one, other) => scores[other]! - scores[one]! || one - other)
        .slice(0, count(places.length));
      for (const place of chosen) isWide[place] = 1;
    }
  return isWide;
}
