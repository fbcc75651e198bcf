/** A stretch of memory that is needed from one step to another, both included. */
export interface Interval {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface MemoryPlan {
  /** By interval, in bytes from the start of the arena; multiples of the alignment. */
  readonly offsets: readonly number[];
  /** Bytes of the arena. */
  readonly peak: number;
  /** The most bytes that are needed at one time: no plan is smaller. */
  readonly bound: number;
}

export const ALIGNMENT = 64;
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Places intervals in one arena so that those that live at the same time do not overlap: the largest first, each in
 * the tightest gap between its neighbours in time, the lowest at a tie. (Pisarchyk and Lee, 2020, greedy by size)
 */
export function planMemory(intervals: readonly Interval[]): MemoryPlan {
  return place(
    intervals,
    [...intervals.keys()].sort((a, b) => intervals[b]!.bytes - intervals[a]!.bytes || a - b),
  );
}

/** The same, in the order in which they are first needed: what an allocator at run time would do. */
export const bestFit = (intervals: readonly Interval[]): MemoryPlan =>
  place(
    intervals,
    [...intervals.keys()].sort((a, b) => intervals[a]!.first - intervals[b]!.first || a - b),
  );

function place(intervals: readonly Interval[], order: readonly number[]): MemoryPlan {
  const offsets = new Array<number>(intervals.length).fill(0);
  const placed: number[] = [];
  for (const index of order) {
    const interval = intervals[index]!;
    const size = aligned(interval.bytes);
    if (size === 0) continue;
    const taken = placed
      .filter((other) => overlapsInTime(intervals[other]!, interval))
      .map((other) => [offsets[other]!, offsets[other]! + aligned(intervals[other]!.bytes)] as const)
      .sort(([a], [b]) => a - b);
    let [best, tightest, end] = [undefined as number | undefined, Infinity, 0];
    for (const [from, to] of taken) {
      if (from - end >= size && from - end < tightest) [best, tightest] = [end, from - end];
      end = Math.max(end, to);
    }
    offsets[index] = best ?? end;
    placed.push(index);
  }
  const peak = Math.max(0, ...intervals.map(({ bytes }, i) => offsets[i]! + aligned(bytes)));
  return { offsets, peak, bound: mostAtOnce(intervals) };
}

const overlapsInTime = (a: Interval, b: Interval): boolean => a.first <= b.last && b.first <= a.last;

function mostAtOnce(intervals: readonly Interval[]): number {
  const changes = new Map<number, number>();
  const change = (time: number, by: number) => changes.set(time, (changes.get(time) ?? 0) + by);
  for (const { bytes, first, last } of intervals) {
    change(first, aligned(bytes));
    change(last + 1, -aligned(bytes));
  }
  let [now, most] = [0, 0];
  for (const [, by] of [...changes].sort(([a], [b]) => a - b)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
