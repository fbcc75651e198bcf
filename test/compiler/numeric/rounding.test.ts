import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { Rounding } from "../../../compiler/numeric/rounding.ts";
import { rounder, roundHalfEven } from "../../../compiler/numeric/rounding.ts";

fc.configureGlobal({ seed: 1 });

const belowHalf = 0.5 - 2 ** -54;

describe("roundHalfEven", () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [3.5, 4],
    [-0.5, -0],
    [-1.5, -2],
    [-2.5, -2],
    [-0.3, -0],
    [0, 0],
    [-0, -0],
    [belowHalf, 0],
    [2 ** 51 + 0.5, 2 ** 51],
    [2 ** 51 + 1.5, 2 ** 51 + 2],
    [2 ** 52 - 0.5, 2 ** 52],
    [2 ** 52 + 1, 2 ** 52 + 1],
    [-(2 ** 53) + 1, -(2 ** 53) + 1],
    [Number.MAX_VALUE, Number.MAX_VALUE],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])("rounds %d to %d", (x, expected) => expect(roundHalfEven(x)).toBe(expected));

  it("is never further than a half away, and even on ties", () => {
    const quarters = fc.integer({ min: -(2 ** 50), max: 2 ** 50 }).map((count) => count / 4);
    fc.assert(
      fc.property(fc.oneof(quarters, fc.double({ min: -1e6, max: 1e6, noNaN: true })), (x) => {
        const rounded = roundHalfEven(x);
        const distance = Math.abs(x - rounded);
        return (
          Number.isInteger(rounded) && (distance < 0.5 || (distance === 0.5 && Math.abs(rounded % 2) === 0))
        );
      }),
    );
  });
});

describe("rounder", () => {
  const cases: Record<Exclude<Rounding, "stochastic">, readonly number[]> = {
    half_even: [0, 2, 2, -2, -0, -4],
    half_away: [1, 2, 3, -3, -0, -4],
    floor: [0, 1, 2, -3, -1, -4],
    ceil: [1, 2, 3, -2, -0, -3],
    trunc: [0, 1, 2, -2, -0, -3],
  };
  it.each(Object.entries(cases))(
    "%s sends .5, 1.5, 2.5, −2.5, −0.3, −3.75 where it says",
    (mode, expected) => {
      expect([0.5, 1.5, 2.5, -2.5, -0.3, -3.75].map(rounder(mode as Rounding))).toEqual(expected);
    },
  );

  it("half_away leaves the largest f64 below a half at zero", () => {
    expect(rounder("half_away")(belowHalf)).toBe(0);
    expect(rounder("half_away")(2 ** 52 + 1)).toBe(2 ** 52 + 1);
  });

  it("stochastic rounds up as often as the fraction says", () => {
    const round = rounder("stochastic", seededRandom(1));
    const draws = Array.from({ length: 20_000 }, () => round(-2.25));
    expect(new Set(draws)).toEqual(new Set([-3, -2]));
    // Four standard deviations of a mean of 20000 draws with p = 3/4: 4 · sqrt(0.1875 / 20000) = 0.0122.
    expect(Math.abs(draws.reduce((sum, draw) => sum + draw, 0) / draws.length + 2.25)).toBeLessThan(0.0123);
    expect(round(7)).toBe(7);
  });

  it("stochastic without a random source is a developer's error", () => {
    expect(() => rounder("stochastic")).toThrow("internal error");
  });
});

describe("random", () => {
  it("repeats for one seed, differs between seeds and stays in [0, 1)", () => {
    const draw = (seed: number): number[] => Array.from({ length: 1000 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it("gives the published first outputs of mulberry32 for seed 0", () => {
    const random = seededRandom(0);
    expect([random(), random()].map((value) => value * 2 ** 32)).toEqual([1144304738, 1416247]);
  });

  it("gaussian has mean 0, variance 1 and kurtosis 3", () => {
    const random = seededRandom(3);
    const draws = Array.from({ length: 100_000 }, () => gaussian(random));
    const moment = (power: number): number =>
      draws.reduce((sum, draw) => sum + draw ** power, 0) / draws.length;
    // Four standard errors of the moments of 100000 draws: sqrt(1, 2, 96 / n) · 4.
    expect(Math.abs(moment(1))).toBeLessThan(0.013);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.018);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.125);
  });
});
