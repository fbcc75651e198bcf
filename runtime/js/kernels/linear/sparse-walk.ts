import type { Extents } from "./quantized-decoder.ts";
import type { SparseMatrix } from "./sparse-overlay.ts";

/** Stored numbers that are taken together: a column is filled up to whole groups, at its last channel. */
export const GROUP = 4;

/** Units begin at multiples of so many columns. */
const QUAD = 4;
const MOST_UNITS = 128;
/** Units of work of so many columns. */
export const unitsOf = (columns: number): number => Math.min(MOST_UNITS, Math.ceil(columns / QUAD));

/** Where a unit begins: its first column, the first group of it, and the channel its walk starts at. */
export interface UnitStart {
  readonly column: number;
  readonly group: number;
  readonly channel: number;
}

/**
 * A walk over the channels of all stored numbers, column by column, that ends where it began: within a column by steps,
 * each of them before its number, and behind a column by a jump to the first channel of the next that has one. So jumps
 * and steps add up to 0, as in the delta maps of XNNPACK's f32-spmm (Elsen et al., Fast Sparse ConvNets, 2019).
 */
export interface Walk {
  /** [groups, 4], not negative; 0 at the first number of a column and where a group is filled up. */
  readonly steps: Int32Array;
  /** How many numbers each column has. */
  readonly counts: Int32Array;
  readonly jumps: Int32Array;
  /** Of each unit, and behind them of the end. */
  readonly units: readonly UnitStart[];
}

/** Groups that so many numbers of one column take. */
export const groupsOf = (count: number): number => Math.ceil(count / GROUP);

/** The walk over a weight whose places rise within a column. */
export function walkOver(
  { starts, places }: Pick<SparseMatrix, "starts" | "places">,
  { columns }: Pick<Extents, "columns">,
): Walk {
  const counts = Int32Array.from({ length: columns }, (_, column) => starts[column + 1]! - starts[column]!);
  const firstGroup = new Int32Array(columns + 1);
  for (let column = 0; column < columns; column++)
    firstGroup[column + 1] = firstGroup[column]! + groupsOf(counts[column]!);
  const steps = new Int32Array(GROUP * firstGroup[columns]!);
  for (let column = 0; column < columns; column++)
    for (let i = 1; i < counts[column]!; i++) {
      const at = starts[column]! + i;
      steps[GROUP * firstGroup[column]! + i] = places[at]! - places[at - 1]!;
    }
  const channels = nextChannels({ starts, places }, columns);
  const jumps = counts.map((count, column) =>
    count === 0 ? 0 : channels[column + 1]! - places[starts[column + 1]! - 1]!,
  );
  const units = firstColumns(firstGroup, columns).map((column) => ({
    column,
    group: firstGroup[column]!,
    channel: channels[column]!,
  }));
  return { steps, counts, jumps, units };
}

/** For each column and the end: the first channel of the next column that has one, in a circle; 0 where none has. */
function nextChannels(
  { starts, places }: Pick<SparseMatrix, "starts" | "places">,
  columns: number,
): Int32Array {
  const channels = new Int32Array(columns + 1).fill(places[0] ?? 0);
  for (let column = columns - 1; column >= 0; column--)
    channels[column] =
      starts[column] === starts[column + 1] ? channels[column + 1]! : places[starts[column]!]!;
  return channels;
}

/**
 * Where units begin, and where the last one ends: about equally many groups of numbers in each, of which a column counts
 * as one more, for what is done once for it.
 */
function firstColumns(firstGroup: Int32Array, columns: number): number[] {
  const count = unitsOf(columns);
  const workBefore = (column: number) => firstGroup[column]! + column;
  const first: number[] = [0];
  for (let unit = 1, column = 0; unit < count; unit++) {
    const share = (workBefore(columns) * unit) / count;
    while (column + QUAD <= columns && workBefore(column + QUAD) <= share) column += QUAD;
    const next = Math.min(column + QUAD, columns);
    if (share - workBefore(column) > workBefore(next) - share) column = next === columns ? column : next;
    first.push(column);
  }
  return [...first, columns];
}
