import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as elementwise from "../../../../dialects/nn/reference/elementwise.ts";
import { f32, f64, hostileValues, i32 } from "./generate.ts";

const hostile = f64([hostileValues.length], hostileValues);

/** The values of a function of one element at hostile values, checked against the plainest definition. */
const definitions: Record<string, [typeof elementwise.exp, (x: number) => number]> = {
  relu: [elementwise.relu, (x) => (x > 0 ? x : Number.isNaN(x) ? x : 0)],
  tanh: [elementwise.tanh, Math.tanh],
  exp: [elementwise.exp, Math.exp],
  log: [elementwise.log, Math.log],
  sqrt: [elementwise.sqrt, Math.sqrt],
  neg: [elementwise.neg, (x) => -x],
  abs: [elementwise.abs, Math.abs],
  reciprocal: [elementwise.reciprocal, (x) => 1 / x],
  floor: [elementwise.floor, Math.floor],
  ceil: [elementwise.ceil, Math.ceil],
};

describe("functions of one element", () => {
  for (const [name, [operation, define]] of Object.entries(definitions)) {
    it(`${name} follows its definition at hostile values, rounding once to f32`, () => {
      expect(operation(hostile)).toEqual(f64(hostile.shape, hostileValues.map(define)));
      const narrow = f32(hostile.shape, hostileValues);
      expect(operation(narrow)).toEqual(f32(hostile.shape, [...narrow.data].map(define)));
    });
  }

  it("gelu has its known values, and its far negative tail keeps its digits", () => {
    const values = elementwise.gelu(f64([4], [1, -1, 0, -20])).data;
    expect(values[0]).toBeCloseTo(0.8413447460685429, 15);
    expect(values[1]).toBeCloseTo(-0.15865525393145705, 15);
    expect(values[2]).toBe(0);
    // -20 * (normal distribution function at -20) = -20 * 2.7536241186062337e-89
    expect(values[3]! / (-20 * 2.7536241186062337e-89)).toBeCloseTo(1, 13);
  });

  it("gelu by tanh stays within 5e-4 of the exact function and is not the same", () => {
    const points = f64(
      [81],
      Array.from({ length: 81 }, (_, index) => index / 8 - 5),
    );
    const exact = elementwise.gelu(points).data;
    const approximate = elementwise.gelu(points, { approximation: "tanh" }).data;
    const distances = [...exact].map((value, index) => Math.abs(value - approximate[index]!));
    expect(Math.max(...distances)).toBeLessThan(5e-4);
    expect(Math.max(...distances)).toBeGreaterThan(1e-4);
    expect(elementwise.gelu(f64([1], [1]), { approximation: "tanh" }).data[0]).toBeCloseTo(
      0.8411919906082768,
      15,
    );
  });

  it("sigmoid neither overflows nor loses its tail", () => {
    const values = elementwise.sigmoid(f64([5], [0, 800, -800, -720, Number.NEGATIVE_INFINITY])).data;
    expect([...values]).toEqual([0.5, 1, 0, Math.exp(-720), 0]);
  });

  it("silu is x times sigmoid", () => {
    const values = elementwise.silu(f64([3], [0, 1, -1])).data;
    expect(values[1]).toBeCloseTo(0.7310585786300049, 15);
    expect(values[2]).toBeCloseTo(-0.2689414213699951, 15);
  });

  it("round takes ties to even and keeps the sign of zero", () => {
    const input = [
      0.5,
      1.5,
      2.5,
      -0.5,
      -1.5,
      -2.5,
      0.49999999999999994,
      2 ** 52 + 1,
      -0.2,
      4503599627370495.5,
    ];
    const expected = [0, 2, 2, -0, -2, -2, 0, 2 ** 52 + 1, -0, 4503599627370496];
    expect(elementwise.round(f64([10], input))).toEqual(f64([10], expected));
    expect(elementwise.round(hostile).data.at(-1)).toBeNaN();
  });

  it("leakyRelu scales only what is below zero", () => {
    expect(elementwise.leakyRelu(f64([3], [-2, 0, 3]), { alpha: 0.25 })).toEqual(f64([3], [-0.5, 0, 3]));
  });

  it("clip keeps values in bounds, passes NaN, and lets the upper bound win", () => {
    const input = f64([4], [-5, 0.5, 5, Number.NaN]);
    expect(elementwise.clip(input, { min: -1, max: 1 })).toEqual(f64([4], [-1, 0.5, 1, Number.NaN]));
    expect(elementwise.clip(input, { max: 1 })).toEqual(f64([4], [-5, 0.5, 1, Number.NaN]));
    expect(elementwise.clip(f64([1], [0]), { min: 3, max: 2 }).data[0]).toBe(2);
    expect(elementwise.clip(i32([2], [-9, 9]), { min: 0 })).toEqual(i32([2], [0, 9]));
  });

  it("neg and abs wrap 32-bit integers", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constant(-(2 ** 31)),
          fc.maxSafeInteger().map((x) => x | 0),
        ),
        (x) => {
          expect(elementwise.neg(i32([1], [x])).data[0]).toBe(Number(BigInt.asIntN(32, -BigInt(x))));
          expect(elementwise.abs(i32([1], [x])).data[0]).toBe(
            Number(BigInt.asIntN(32, BigInt(x < 0 ? -x : x))),
          );
        },
      ),
      { seed: 1 },
    );
  });
});
