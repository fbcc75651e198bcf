import type { Pattern } from "../lowp/sparse-kind.ts";
import { countRuns } from "../lowp/sparse-places.ts";

/** The zeros of a matrix and how regular they are. */
export interface ZeroPattern {
  readonly numbers: number;
  readonly zeros: number;
  /** The n:m that holds everywhere with the least n / m, of equals the least m; undefined where none with n < m does. */
  readonly pattern: Pattern | undefined;
  /** The widest runs whose empty ones hold at least half of the zeros. */
  readonly group: { readonly size: number; readonly empty: number; readonly groups: number } | undefined;
}

/** Widths of n:m patterns and of groups that are looked for; those that divide the rows. */
export const PATTERN_WIDTHS: readonly number[] = [2, 4, 8, 16];
export const GROUP_WIDTHS: readonly number[] = [128, 64, 32, 16, 8, 4];

/** Looks at a matrix of `columns` columns, row after row, with 1 at every number that is not zero. */
export function detectZeros(nonZero: Uint8Array, columns: number): ZeroPattern {
  const zeros = nonZero.reduce((sum, bit) => sum + (1 - bit), 0);
  const found = { numbers: nonZero.length, zeros, pattern: undefined, group: undefined };
  return zeros === 0
    ? found
    : { ...found, pattern: tightestPattern(nonZero, columns), group: widestGroup(nonZero, columns, zeros) };
}

function tightestPattern(nonZero: Uint8Array, columns: number): Pattern | undefined {
  let best: Pattern | undefined;
  for (const of of PATTERN_WIDTHS.filter((width) => columns % width === 0)) {
    const kept = Math.max(1, fullestRun(nonZero, of));
    if (kept < of && (!best || kept * best.of < best.kept * of)) best = { kept, of };
  }
  return best;
}

function fullestRun(nonZero: Uint8Array, size: number): number {
  let most = 0;
  for (let start = 0; start < nonZero.length; start += size) {
    let count = 0;
    for (let at = start; at < start + size; at++) count += nonZero[at]!;
    if (count > most) most = count;
  }
  return most;
}

function widestGroup(nonZero: Uint8Array, columns: number, zeros: number): ZeroPattern["group"] {
  for (const size of GROUP_WIDTHS.filter((width) => columns % width === 0)) {
    const groups = nonZero.length / size;
    const empty = groups - countRuns(size, nonZero);
    if (empty * size * 2 >= zeros) return { size, empty, groups };
  }
  return undefined;
}

/** `2:4`, `groups of 16: 50.0 % empty`, both or `no pattern`. */
export function describeZeros({ pattern, group }: ZeroPattern): string {
  const parts = [
    ...(pattern ? [`${pattern.kept}:${pattern.of}`] : []),
    ...(group ? [`groups of ${group.size}: ${((100 * group.empty) / group.groups).toFixed(1)} % empty`] : []),
  ];
  return parts.length === 0 ? "no pattern" : parts.join(", ");
}
