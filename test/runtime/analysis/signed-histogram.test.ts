import fc from "fast-check";
import { expect, it } from "vitest";
import { SignedHistogramCounter } from "../../../runtime/analysis/signed-histogram.ts";

const count = (pieces: readonly (readonly number[])[], bins = 8) => {
  const counter = new SignedHistogramCounter();
  for (const piece of pieces) counter.add(Float64Array.from(piece));
  return counter.finish(bins);
};

it("puts values of both signs into equal bins of a range that is a power of two", () => {
  const { range, counts, notFinite } = count([[-3.5, -0.1, 0, 0.1, 1], [3.5]]);
  expect(range).toBe(4);
  // Bins of width 1 from -4.
  expect([...counts]).toEqual([1, 0, 0, 1, 2, 1, 0, 1]);
  expect(notFinite).toBe(0);
});

it("scales the narrower side to the wider one", () => {
  expect([...count([[-0.2, 7]]).counts]).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
});

it("counts apart what is not finite", () => {
  expect(count([[Infinity, Number.NaN, 1, -Infinity]])).toMatchObject({ range: 2, notFinite: 3 });
});

it("of nothing, or of zeros alone, has range 0", () => {
  expect(count([])).toMatchObject({ range: 0 });
  const { range, counts } = count([[0, 0]]);
  expect({ range, zeros: counts[4] }).toEqual({ range: 0, zeros: 2 });
});

it("counts every value once, near where it is, in whatever order", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(fc.array(value)), (pieces) => {
      const values = pieces.flat();
      const { range, counts } = count(pieces, 64);
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(values.length);
      expect(values.every((each) => Math.abs(each) < range || each === 0)).toBe(true);
      expect(count([values.toReversed()], 64)).toEqual({ range, counts, notFinite: 0 });
      const direct = new Float64Array(64);
      for (const each of values)
        direct[
          each < 0
            ? 31 - Math.min(31, Math.floor((-each / range) * 32))
            : 32 + Math.floor((each / range || 0) * 32)
        ]!++;
      expect(counts).toEqual(direct);
    }),
  );
});
