import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { add, div, max, min, mul, pow, sub } from "../../../../dialects/nn/reference/binary.ts";
import { f32, f64, hostileValues, i32 } from "./generate.ts";

const integer = fc.oneof(fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, -1, 0, 1), fc.integer());

describe("functions of two elements", () => {
  it("agree with JavaScript numbers at every pair of hostile values, rounding once to f32", () => {
    const count = hostileValues.length;
    const makers: readonly ((shape: readonly number[], values: readonly number[]) => FloatTensor)[] = [
      f32,
      f64,
    ];
    for (const make of makers) {
      const [column, row] = [make([count, 1], hostileValues), make([count], hostileValues)];
      const expected = (operation: (x: number, y: number) => number) =>
        make(
          [count, count],
          [...column.data].flatMap((x) => [...row.data].map((y) => operation(x, y))),
        );
      expect(add(column, row)).toEqual(expected((x, y) => x + y));
      expect(sub(column, row)).toEqual(expected((x, y) => x - y));
      expect(mul(column, row)).toEqual(expected((x, y) => x * y));
      expect(div(column, row)).toEqual(expected((x, y) => x / y));
      expect(min(column, row)).toEqual(expected(Math.min));
      expect(max(column, row)).toEqual(expected(Math.max));
    }
  });

  it("take the class of the left float and may mix classes", () => {
    expect(add(f32([1], [0.5]), f64([1], [2 ** -40])).data).toEqual(Float32Array.of(0.5));
    expect(add(f64([1], [0.5]), f32([1], [2 ** -40])).data).toEqual(Float64Array.of(0.5 + 2 ** -40));
  });

  it("broadcast as numpy does", () => {
    expect(add(f32([2, 1], [10, 20]), f32([3], [1, 2, 3]))).toEqual(f32([2, 3], [11, 12, 13, 21, 22, 23]));
    expect(mul(f32([], [2]), f32([2], [1, 2]))).toEqual(f32([2], [2, 4]));
    expect(add(f32([0, 3], []), f32([1, 3], [1, 2, 3]))).toEqual(f32([0, 3], []));
    expect(() => add(f32([2], [1, 2]), f32([3], [1, 2, 3]))).toThrow("internal error");
  });

  it("wrap 32-bit integers as BigInt.asIntN does, division truncating toward zero", () => {
    const wrapped = (value: bigint): number => Number(BigInt.asIntN(32, value));
    fc.assert(
      fc.property(integer, integer, (x, y) => {
        const [left, right] = [i32([1], [x]), i32([1], [y])];
        expect(add(left, right).data[0]).toBe(wrapped(BigInt(x) + BigInt(y)));
        expect(sub(left, right).data[0]).toBe(wrapped(BigInt(x) - BigInt(y)));
        expect(mul(left, right).data[0]).toBe(wrapped(BigInt(x) * BigInt(y)));
        expect(div(left, right).data[0]).toBe(y === 0 ? 0 : wrapped(BigInt(x) / BigInt(y)));
        expect(min(left, right).data[0]).toBe(Math.min(x, y));
        expect(max(left, right).data[0]).toBe(Math.max(x, y));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("pow follows C at the pairs where JavaScript does not", () => {
    const infinity = Number.POSITIVE_INFINITY;
    const result = pow(f64([5], [1, -1, -1, 2, -8]), f64([5], [Number.NaN, infinity, -infinity, 10, 1 / 3]));
    expect([...result.data]).toEqual([1, 1, 1, 1024, Number.NaN]);
  });
});
