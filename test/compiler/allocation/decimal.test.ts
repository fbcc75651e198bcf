import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalSum, gridOf } from "../../../compiler/allocation/decimal.ts";

test("adds numbers as they are written, in any order", () => {
  expect(decimalSum([0.1, 0.2])).toBe(0.3);
  expect(decimalSum([1e300, 1, -1e300])).toBe(1);
  expect(decimalSum([5e-324, 5e-324])).toBe(1e-323);
  expect(decimalSum([])).toBe(0);
});

test("integers of decimals are exact, and so are their sums", () => {
  const digits = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -9, max: 9 }));
  fc.assert(
    fc.property(
      fc.array(digits, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 4 }),
      (drawn, range) => {
        const values = drawn.map(([value, exponent]) => Number(`${value}e${exponent % (range + 1)}`));
        const grid = gridOf(
          values,
          values.reduce((sum, value) => sum + Math.abs(value), 0),
        );
        expect(grid.exact).toBe(true);
        for (const value of values) expect(grid.toNumber(grid.toInteger(value)) + 0).toBe(value + 0);
        const sum = values.reduce((total, value) => total + grid.toInteger(value), 0);
        expect(grid.toNumber(sum) + 0).toBe(decimalSum(values) + 0);
      },
    ),
  );
});

test("a budget off the grid is rounded down", () => {
  const grid = gridOf([0.25, 1], 1.25);
  expect(grid.toNumber(grid.floor(0.999))).toBe(0.99);
  expect(grid.toNumber(grid.floor(-0.999))).toBe(-1);
  expect(grid.floor(3)).toBe(300);
});

test("numbers with too many digits go to the nearest multiple of a power of two", () => {
  const values = [Math.PI, Math.E * 1e9];
  const grid = gridOf(values, values[0]! + values[1]!);
  expect(grid.exact).toBe(false);
  for (const value of values)
    expect(Math.abs(grid.toNumber(grid.toInteger(value)) - value)).toBeLessThan(2e-6);
});
