import { describe, expect, it } from "vitest";
import { castFloatToInt, intToFloat } from "../../../../dialects/nn/reference/convert.ts";
import { compare, type Predicate, where } from "../../../../dialects/nn/reference/select.ts";
import { f32, f64, i32 } from "./generate.ts";

describe("where", () => {
  it("chooses elementwise, broadcasting all three", () => {
    expect(where(i32([2, 1], [1, 0]), f32([2], [1, 2]), f32([], [9]))).toEqual(f32([2, 2], [1, 2, 9, 9]));
  });

  it("moves 64-bit integers whole and passes over the NaN it does not choose", () => {
    const [yes, no] = [BigInt64Array.of(2n ** 62n + 1n, 0n), BigInt64Array.of(5n, -7n)];
    const chosen = where(i32([2], [-3, 0]), { shape: [2], data: yes }, { shape: [2], data: no });
    expect(chosen.data).toEqual(BigInt64Array.of(2n ** 62n + 1n, -7n));
    expect(where(i32([1], [0]), f64([1], [Number.NaN]), f64([1], [1])).data[0]).toBe(1);
  });
});

describe("compare", () => {
  const truth: Record<Predicate, readonly number[]> = {
    eq: [0, 1, 0, 0, 1],
    ne: [1, 0, 1, 1, 0],
    lt: [1, 0, 0, 0, 0],
    le: [1, 1, 0, 0, 1],
    gt: [0, 0, 1, 0, 0],
    ge: [0, 1, 1, 0, 1],
  };
  it("answers 0 or 1 for less, equal, greater, unordered, and zeros of both signs", () => {
    const [left, right] = [f64([5], [1, 2, 3, Number.NaN, -0]), f64([5], [2, 2, 2, 2, 0])];
    for (const predicate of ["eq", "ne", "lt", "le", "gt", "ge"] as const) {
      expect(compare(left, right, { predicate })).toEqual(i32([5], truth[predicate]));
    }
  });

  it("tells 64-bit integers apart that are equal as f64", () => {
    const [left, right] = [BigInt64Array.of(2n ** 53n), BigInt64Array.of(2n ** 53n + 1n)];
    const result = compare({ shape: [1], data: left }, { shape: [1], data: right }, { predicate: "lt" });
    expect(result.data[0]).toBe(1);
  });
});

describe("conversions", () => {
  it("truncate toward zero, saturate, and turn NaN into 0", () => {
    const input = f64([7], [1.9, -1.9, -0, 3e9, -3e9, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(castFloatToInt(input)).toEqual(i32([7], [1, -1, 0, 2 ** 31 - 1, -(2 ** 31), 0, 2 ** 31 - 1]));
  });

  it("round integers once, ties to even", () => {
    expect(intToFloat(i32([2], [2 ** 24 + 1, 2 ** 24 + 3]), { float: "f32" })).toEqual(
      f32([2], [2 ** 24, 2 ** 24 + 4]),
    );
    // Just above a tie of f32, yet a tie after rounding to f64 first: rounding twice would go down.
    const large = BigInt64Array.of(
      2n ** 62n + 2n ** 38n + 1n,
      -(2n ** 62n) - 2n ** 38n - 1n,
      2n ** 62n + 2n ** 38n,
    );
    const result = intToFloat({ shape: [3], data: large }, { float: "f32" });
    expect([...result.data]).toEqual([2 ** 62 + 2 ** 39, -(2 ** 62) - 2 ** 39, 2 ** 62]);
    expect(intToFloat({ shape: [1], data: BigInt64Array.of(-(2n ** 63n)) }, { float: "f64" }).data[0]).toBe(
      -(2 ** 63),
    );
  });
});
