import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundHalfEven } from "../../../compiler/numeric/rounding.ts";
import { makeNearestEncoder } from "../../../dialects/lowp/nearest-value.ts";
import { nearestRow } from "../../../dialects/lowp/nearest-vector.ts";
import { bitmodGrids } from "../../../dialects/lowp/tables/bitmod.ts";
import { logSqrt2 } from "../../../dialects/lowp/tables/log-sqrt2.ts";
import { normalFloats, normalQuantile } from "../../../dialects/lowp/tables/normal-float.ts";
import { encodePair, olivePairs } from "../../../dialects/lowp/tables/olive.ts";
import { powerGrid } from "../../../dialects/lowp/tables/power.ts";

fc.configureGlobal({ seed: 1 });

describe("normal floats", () => {
  it("are NF4 as published at 4 bits", () => {
    const published =
      "-1 -.6961929 -.525073 -.3949175 -.2844414 -.1847734 -.09105 0 .0795803 .1609302 .2461123 .3379152 .4407098 .562617 .7229567 1";
    // The list has 7 digits.
    for (const [code, value] of published.split(" ").map(Number).entries())
      expect(Math.abs(normalFloats(4)[code]! - value)).toBeLessThan(2e-7);
  });

  it("ascend from −1 to 1 with an exact zero, one value fewer below it", () => {
    for (const bits of [2, 3, 4, 5, 6, 7, 8]) {
      const values = [...normalFloats(bits)];
      expect([values.length, values[0], values.indexOf(0), values.at(-1)]).toEqual([
        2 ** bits,
        -1,
        2 ** (bits - 1) - 1,
        1,
      ]);
      expect(values).toEqual(values.toSorted((one, other) => one - other));
    }
  });

  it("have exact quantiles", () => {
    // Φ(1) and Φ(1.96) from tables of 16 and 10 digits.
    expect(normalQuantile(0.8413447460685429)).toBeCloseTo(1, 12);
    expect(normalQuantile(0.9750021049)).toBeCloseTo(1.96, 8);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 15);
  });
});

describe("power grids", () => {
  it("are the integers over the largest where the exponent is 1", () => {
    const grid = [...powerGrid(4, 1)].map((value) => Math.round(value * 7) + 0);
    expect(grid).toEqual([-7, ...Array.from({ length: 15 }, (_, index) => index - 7)]);
  });

  it("turn products into products: with one exponent, |q| |p| decodes to the product of the values", () => {
    const grid = powerGrid(4, 0.5);
    for (let one = 1; one < 16; one++)
      for (let other = 1; other < 16; other++) {
        const product = (one - 8) * (other - 8);
        // a = 1/2: the integer path is product · |product|.
        expect(grid[one]! * grid[other]!).toBeCloseTo((product * Math.abs(product)) / 7 ** 4, 12);
      }
  });
});

describe("the grids of bitmod", () => {
  it("are the basic grid with one more value in place of −0", () => {
    expect(bitmodGrids(3).map((grid) => [...grid])).toEqual(
      [3, -3, 6, -6].map((special) => [0, 1, 2, 4, special, -1, -2, -4]),
    );
    expect(bitmodGrids(4).map((grid) => grid[8])).toEqual([10, -10, 16, -16]);
    expect([...bitmodGrids(4)[0]!.slice(0, 8)]).toEqual([0, 1, 2, 3, 4, 6, 8, 12]);
  });
});

describe("log √2", () => {
  it("is a power of two at even codes and √2 times one at odd ones", () => {
    const table = logSqrt2(4);
    for (let code = 0; code < 16; code++)
      expect(table[code]).toBe((code % 2 === 1 ? Math.SQRT2 : 1) * 2 ** -Math.ceil(code / 2));
  });
});

describe("outlier-victim pairs", () => {
  const table = olivePairs();

  it("decode every code: normals, one outlier beside a zero, or nothing", () => {
    const magnitudes = [12, 16, 24, 32, 48, 64, 96];
    for (let code = 0; code < 256; code++) {
      const [first, second] = [table[2 * code]!, table[2 * code + 1]!];
      const isOutlier = (value: number) => magnitudes.includes(Math.abs(value));
      const normal = Math.abs(first) <= 7 && Math.abs(second) <= 7;
      expect(normal || (isOutlier(first) && second === 0) || (isOutlier(second) && first === 0)).toBe(true);
    }
  });

  it("encode what they decode to", () => {
    for (let code = 0; code < 256; code++) {
      const [first, second] = [table[2 * code]!, table[2 * code + 1]!];
      const again = encodePair(first, second, roundHalfEven);
      expect([table[2 * again], table[2 * again + 1]]).toEqual([first, second]);
    }
  });

  it("encode as no other row could do better", () => {
    const number = fc.double({ min: -150, max: 150, noNaN: true });
    const distance = (row: number, [first, second]: readonly [number, number]): number =>
      (first - table[2 * row]!) ** 2 + (second - table[2 * row + 1]!) ** 2;
    fc.assert(
      fc.property(fc.tuple(number, number), (pair) => {
        const found = encodePair(...pair, roundHalfEven);
        const best = nearestRow(table, 2, Float64Array.from(pair), 0);
        expect(distance(found, pair)).toBe(distance(best, pair));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the nearest value", () => {
  const table = Float64Array.of(3, -1, 0, 1, -1, 1.5);
  const code = (rounding: Parameters<typeof makeNearestEncoder>[1]["rounding"], value: number): number =>
    makeNearestEncoder(table, { rounding })(value);

  it("is found in a table of any order, the highest code of equal values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 16 }),
        fc.double({ min: -12, max: 12, noNaN: true }),
        (values, x) => {
          const found = makeNearestEncoder(Float64Array.from(values), { rounding: "half_even" })(x);
          expect(Math.abs(values[found]! - x)).toBe(Math.min(...values.map((value) => Math.abs(value - x))));
          expect(found).toBe(values.lastIndexOf(values[found]!));
        },
      ),
    );
    expect(code("half_even", -1)).toBe(4);
  });

  it("goes at a tie to the even code, or to the lower value where codes do not tell", () => {
    // −0.5 between codes 4 and 2; 0.5 between 2 and 3; 1.25 between 3 and 5.
    expect([-0.5, 0.5, 1.25].map((x) => code("half_even", x))).toEqual([4, 2, 3]);
    expect([-0.5, 0.5, 1.25].map((x) => code("half_away", x))).toEqual([4, 3, 5]);
  });

  it("follows the direction of the others", () => {
    expect([-0.9, 0.9, 9, -9].map((x) => code("floor", x))).toEqual([4, 2, 0, 4]);
    expect([-0.9, 0.1, 9, -9].map((x) => code("ceil", x))).toEqual([2, 3, 0, 4]);
    expect([-0.9, 0.9].map((x) => code("trunc", x))).toEqual([2, 2]);
    const draws = [0.2, 0.8];
    const random = () => draws.shift()!;
    const stochastic = makeNearestEncoder(table, { rounding: "stochastic", random });
    expect([stochastic(0.5), stochastic(0.5)]).toEqual([3, 2]);
  });
});
