import fc from "fast-check";
import { expect, test } from "vitest";
import { ALIGNMENT, bestFit, type Interval, planMemory } from "../../../../runtime/js/emit/plan-memory.ts";

const interval = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 900 }))
  .map(([a, b, bytes]): Interval => ({ bytes, first: Math.min(a, b), last: Math.max(a, b) }));

const overlaps = (a: Interval, b: Interval) => a.first <= b.last && b.first <= a.last;
const size = ({ bytes }: Interval) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

test.each([planMemory, bestFit])("$name never lets two that live at once share a byte", (plan) => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 20 }), (intervals) => {
      const { offsets, peak, bound } = plan(intervals);
      for (const [i, a] of intervals.entries()) {
        expect(offsets[i]! % ALIGNMENT).toBe(0);
        expect(offsets[i]! + size(a)).toBeLessThanOrEqual(peak);
        for (const [j, b] of intervals.entries())
          if (i < j && overlaps(a, b) && size(a) > 0 && size(b) > 0)
            expect(offsets[i]! + size(a) <= offsets[j]! || offsets[j]! + size(b) <= offsets[i]!).toBe(true);
      }
      expect(bound).toBeLessThanOrEqual(peak);
    }),
  );
});

/** The smallest peak there is: each order of placing at the lowest free offset is tried. */
function smallestPeak(intervals: readonly Interval[]): number {
  let best = Infinity;
  const visit = (placed: readonly (readonly [Interval, number])[], rest: readonly Interval[]): void => {
    if (rest.length === 0) {
      best = Math.min(best, Math.max(0, ...placed.map(([each, at]) => at + size(each))));
      return;
    }
    for (const next of rest) {
      const candidates = [0, ...placed.map(([each, at]) => at + size(each))].sort((a, b) => a - b);
      const at = candidates.find((offset) =>
        placed.every(
          ([each, start]) =>
            !overlaps(each, next) || offset + size(next) <= start || start + size(each) <= offset,
        ),
      )!;
      visit(
        [...placed, [next, at]],
        rest.filter((each) => each !== next),
      );
    }
  };
  visit([], intervals);
  return best;
}

test("small plans are within a quarter of the smallest there is, and mostly are the smallest", () => {
  let [found, total] = [0, 0];
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 6 }), (intervals) => {
      const [{ peak }, smallest] = [planMemory(intervals), smallestPeak(intervals)];
      expect(peak).toBeGreaterThanOrEqual(smallest);
      expect(peak).toBeLessThanOrEqual(1.25 * smallest);
      found += Number(peak === smallest);
      total++;
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(found / total).toBeGreaterThan(0.9);
});

test("a chain of values needs room for two of them", () => {
  const chain = Array.from({ length: 8 }, (_, i): Interval => ({ bytes: 1024, first: i, last: i + 1 }));
  expect(planMemory(chain).peak).toBe(2048);
});
