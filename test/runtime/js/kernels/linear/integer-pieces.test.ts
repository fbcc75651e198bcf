import fc from "fast-check";
import { expect, test } from "vitest";
import { cutPieces } from "../../../../../runtime/js/kernels/linear/integer-pieces.ts";

test("pieces cover the depth, cross no end of a run, and their sums fit i32", () => {
  const extent = fc.integer({ min: 1, max: 500 });
  const limits = fc.record({
    depth: extent,
    weightRun: extent,
    activationRun: extent,
    mostProduct: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    mostLength: extent,
  });
  fc.assert(
    fc.property(limits, (given) => {
      const pieces = cutPieces(given);
      let next = 0;
      for (const { start, length, weightRun, activationRun, endsStretch } of pieces) {
        expect(start).toBe(next);
        next += length;
        expect(length).toBeLessThanOrEqual(given.mostLength);
        expect(length * given.mostProduct).toBeLessThan(2 ** 31);
        for (const [run, index] of [
          [given.weightRun, weightRun],
          [given.activationRun, activationRun],
        ] as const) {
          expect(Math.floor(start / run)).toBe(index);
          expect(Math.floor((next - 1) / run)).toBe(index);
        }
        const isEnd =
          next === given.depth || next % given.weightRun === 0 || next % given.activationRun === 0;
        expect(endsStretch).toBe(isEnd);
      }
      expect(next).toBe(given.depth);
    }),
    { seed: 3, numRuns: 200 },
  );
});

test("a stretch whose sum could pass 2^53 is refused", () => {
  const runs = { weightRun: 2 ** 24, activationRun: 2 ** 24, mostProduct: 2 ** 30, mostLength: 2 ** 24 };
  expect(() => cutPieces({ ...runs, depth: 2 ** 23 })).toThrow("2^53");
  expect(cutPieces({ ...runs, depth: 2 ** 10 })).toHaveLength(2 ** 10);
});
