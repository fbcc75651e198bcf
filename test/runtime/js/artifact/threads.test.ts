import fc from "fast-check";
import { expect, test } from "vitest";
import { unitsOf } from "../../../../runtime/js/artifact/threads.ts";

const sizesOf = (units: number, threads: number): number[] =>
  Array.from({ length: 3 * threads }, (_, part) => {
    const [begin, end] = unitsOf(units, part, threads);
    return end - begin;
  });

test("a step has a large part for each thread, and small ones", () => {
  expect(sizesOf(256, 2)).toEqual([96, 96, 16, 16, 16, 16]);
  expect(sizesOf(8, 1)).toEqual([6, 1, 1]);
  expect(sizesOf(1, 2)).toEqual([0, 0, 0, 0, 0, 1]);
});

test("its parts are all of its units, each once", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 64 }), (units, threads) => {
      let last = 0;
      for (let part = 0; part < 3 * threads; part++) {
        const [begin, end] = unitsOf(units, part, threads);
        expect(begin).toBe(last);
        expect(end).toBeGreaterThanOrEqual(begin);
        last = end;
      }
      expect(last).toBe(units);
    }),
    { seed: 3 },
  );
});
