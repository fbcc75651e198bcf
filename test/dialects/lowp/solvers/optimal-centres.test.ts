import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { optimalCentres } from "../../../../dialects/lowp/solvers/optimal-centres.ts";
import { normalQuantile } from "../../../../dialects/lowp/tables/normal-float.ts";

fc.configureGlobal({ seed: 1 });

type Weighted = readonly (readonly [number, number])[];

const costOf = (points: Weighted, centres: ArrayLike<number>): number =>
  points.reduce(
    (total, [value, weight]) =>
      total + weight * Math.min(...Array.from(centres, (centre) => (value - centre) ** 2)),
    0,
  );

const solve = (points: Weighted, count: number): Float64Array =>
  optimalCentres(
    Float64Array.from(points, ([value]) => value),
    Float64Array.from(points, ([, weight]) => weight),
    count,
  );

const mean = (points: Weighted): number => {
  const mass = points.reduce((total, [, weight]) => total + weight, 0);
  return mass === 0 ? 0 : points.reduce((total, [value, weight]) => total + value * weight, 0) / mass;
};

/** The least cost over all partitions of the sorted points into at most `count` runs. */
function bruteForce(sorted: Weighted, count: number): number {
  if (sorted.length === 0) return 0;
  if (count === 1) return costOf(sorted, [mean(sorted)]);
  return Math.min(
    ...sorted.map((_, index) => {
      const run = sorted.slice(0, index + 1);
      return costOf(run, [mean(run)]) + bruteForce(sorted.slice(index + 1), count - 1);
    }),
  );
}

/** Means of the nearest points, over and over, from evenly spaced centres. */
function lloyd(points: Weighted, count: number): Float64Array {
  const values = points.map(([value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const centres = Float64Array.from(
    { length: count },
    (_, index) => low + ((index + 0.5) * (high - low)) / count,
  );
  for (let step = 0; step < 50; step++)
    for (const index of centres.keys()) {
      const own = points.filter(([value]) =>
        centres.every((centre) => Math.abs(value - centres[index]!) <= Math.abs(value - centre)),
      );
      if (own.length > 0) centres[index] = mean(own);
    }
  return centres;
}

const points = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 5 })), {
  minLength: 1,
  maxLength: 9,
});

describe("optimalCentres", () => {
  it("has the cost of the best of all partitions", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 4 }), (given, count) => {
        const counted = given.some(([, weight]) => weight > 0)
          ? given
          : given.map(([value]) => [value, 1] as const);
        const sorted = counted.toSorted(([one], [other]) => one - other);
        expect(costOf(sorted, solve(given, count))).toBeCloseTo(bruteForce(sorted, count), 8);
      }),
      { numRuns: 300 },
    );
  });

  it("is never worse than Lloyd's iteration, also where few weights carry all the mass", () => {
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed);
      const heavy = Array.from(
        { length: 300 },
        () => [gaussian(random), Math.exp(3 * gaussian(random))] as const,
      );
      for (const count of [2, 5, 16]) {
        const found = costOf(heavy, solve(heavy, count));
        expect(found).toBeLessThanOrEqual(costOf(heavy, lloyd(heavy, count)) * (1 + 1e-12));
      }
    }
  });

  it("keeps its precision far from zero", () => {
    const near = Float64Array.of(1e6, 1e6 + 1e-3, 1e6 + 2, 1e6 + 2 + 1e-3);
    const [low, high] = optimalCentres(near, new Float64Array(4).fill(1), 2);
    expect(low! - 1e6).toBeCloseTo(5e-4, 8);
    expect(high! - 1e6).toBeCloseTo(2 + 5e-4, 8);
  });

  it("repeats the last of too few numbers, and has zeros without any", () => {
    expect([
      ...solve(
        [
          [3, 1],
          [1, 2],
          [3, 4],
        ],
        4,
      ),
    ]).toEqual([1, 3, 3, 3]);
    expect([...solve([], 2)]).toEqual([0, 0]);
    // Numbers that weigh nothing do not count, unless nothing does.
    expect([
      ...solve(
        [
          [5, 0],
          [1, 1],
        ],
        1,
      ),
    ]).toEqual([1]);
    expect([
      ...solve(
        [
          [5, 0],
          [1, 0],
        ],
        1,
      ),
    ]).toEqual([3]);
  });

  it("nears the Gaussian bound of Lloyd and Max", () => {
    const quantiles = Float64Array.from({ length: 4000 }, (_, index) => normalQuantile((index + 0.5) / 4000));
    const ones = new Float64Array(quantiles.length).fill(1);
    const sample = [...quantiles].map((value) => [value, 1] as const);
    const power = quantiles.reduce((total, x) => total + x * x, 0);
    for (const [count, decibels] of [
      [2, 4.39],
      [4, 9.32],
      [8, 14.63],
      [16, 20.27],
    ] as const) {
      const noise = costOf(sample, optimalCentres(quantiles, ones, count));
      // The tails end at ±3.7, which leaves less to be lost by up to 0.05 dB.
      expect(Math.abs(10 * Math.log10(power / noise) - decibels)).toBeLessThan(0.06);
    }
  });
});
