import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import {
  argmax,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  sum,
} from "../../../../dialects/nn/reference/reduce.ts";
import { f32, f64, i32, randomTensor } from "./generate.ts";

interface Definition {
  readonly reduce: (input: FloatTensor, options: ReduceOptions) => FloatTensor;
  readonly fold: (values: readonly number[]) => number;
}

const total = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);

const definitions: Record<string, Definition> = {
  sum: { reduce: sum, fold: total },
  prod: { reduce: prod, fold: (values) => values.reduce((product, x) => product * x, 1) },
  mean: { reduce: mean, fold: (values) => total(values) / values.length },
  max: { reduce: max, fold: (values) => Math.max(...values) },
  min: { reduce: min, fold: (values) => Math.min(...values) },
};

describe("reductions", () => {
  for (const [name, { reduce, fold }] of Object.entries(definitions)) {
    it(`${name} is bit-identical to a loop over the reduced elements in ascending order`, () => {
      const input = randomTensor([3, 5, 7]);
      for (const axes of [[], [0], [1], [2], [2, 0], [0, 1, 2]]) {
        const groups = new Map<string, number[]>();
        for (const [index, value] of input.data.entries()) {
          const place = [Math.floor(index / 35), Math.floor(index / 7) % 5, index % 7];
          const key = place.filter((_, axis) => !axes.includes(axis)).join();
          groups.set(key, [...(groups.get(key) ?? []), value]);
        }
        const result = reduce(input, { axes, keepDims: false });
        expect(result.shape).toEqual([3, 5, 7].filter((_, axis) => !axes.includes(axis)));
        expect(result.data).toEqual(Float32Array.from([...groups.values()], fold));
        const kept = reduce(input, { axes, keepDims: true });
        expect(kept.shape).toEqual([3, 5, 7].map((size, axis) => (axes.includes(axis) ? 1 : size)));
        expect(kept.data).toEqual(result.data);
      }
    });
  }

  it("sums f32 without losing small addends along the way", () => {
    expect(sum(f32([4], [2 ** 24, 1, 1, 1]), { axes: [0], keepDims: false }).data[0]).toBe(2 ** 24 + 4);
  });

  it("of nothing give the neutral element", () => {
    const options = { axes: [1], keepDims: false };
    const empty = f32([2, 0], []);
    expect(sum(empty, options)).toEqual(f32([2], [0, 0]));
    expect(prod(empty, options)).toEqual(f32([2], [1, 1]));
    expect(mean(empty, options)).toEqual(f32([2], [Number.NaN, Number.NaN]));
    expect(max(empty, options).data[0]).toBe(Number.NEGATIVE_INFINITY);
    expect(sum(f32([0, 2], []), options)).toEqual(f32([0], []));
    expect(() => max(i32([0], []), { axes: [0], keepDims: false })).toThrow("internal error");
  });

  it("propagate NaN, and integers wrap", () => {
    const options = { axes: [0], keepDims: false };
    expect(max(f64([2], [Number.NaN, 1]), options).data[0]).toBeNaN();
    expect(min(f64([2], [1, Number.NaN]), options).data[0]).toBeNaN();
    expect(sum(i32([2], [2 ** 31 - 1, 1]), options)).toEqual(i32([], [-(2 ** 31)]));
  });
});

describe("argmax", () => {
  it("answers the first maximum along the axis", () => {
    const input = f32([2, 3], [1, 5, 5, 7, -1, 7]);
    expect(argmax(input, { axis: 1, keepDims: false })).toEqual(i32([2], [1, 0]));
    expect(argmax(input, { axis: 0, keepDims: true })).toEqual(i32([1, 3], [1, 0, 1]));
  });

  it("takes the first NaN for the largest, and negative infinity for an element like any other", () => {
    const options = { axis: 0, keepDims: false };
    expect(argmax(f32([4], [1, Number.NaN, 3, Number.NaN]), options).data[0]).toBe(1);
    expect(argmax(f32([2], [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]), options).data[0]).toBe(0);
  });
});
