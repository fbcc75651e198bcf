import { describe, expect, it } from "vitest";
import { batchNorm, layerNorm, rmsNorm } from "../../../../dialects/nn/reference/norm.ts";
import { f32, f64, randomTensor } from "./generate.ts";

describe("rmsNorm", () => {
  it("agrees with the formula on odd widths", () => {
    for (const width of [1, 2, 3, 5, 7, 33]) {
      const [input, gain] = [randomTensor([3, 2, width]), randomTensor([width], { seed: 4 })];
      const result = rmsNorm(input, gain, { epsilon: 1e-5 });
      for (let row = 0; row < 6; row++) {
        const values = [...input.data.slice(row * width, (row + 1) * width)];
        const root = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / width + 1e-5);
        const expected = Float32Array.from(values, (x, index) => (x / root) * gain.data[index]!);
        expect(result.data.slice(row * width, (row + 1) * width)).toEqual(expected);
      }
    }
  });

  it("puts epsilon inside the root, so that a row of zeros stays zero", () => {
    expect(rmsNorm(f32([2], [0, 0]), undefined, { epsilon: 1e-6 })).toEqual(f32([2], [0, 0]));
    expect(rmsNorm(f64([1], [3]), undefined, { epsilon: 16 }).data[0]).toBe(3 / 5);
  });

  it("does not overflow where squares exceed f32", () => {
    expect(rmsNorm(f32([2], [1e30, -1e30]), undefined, { epsilon: 0 })).toEqual(f32([2], [1, -1]));
  });
});

describe("layerNorm", () => {
  it("gives mean 0 and variance 1 over the normalised axes", () => {
    for (const axis of [1, 2]) {
      const result = layerNorm(randomTensor([3, 5, 7], { float: "f64" }), undefined, undefined, {
        epsilon: 0,
        axis,
      });
      const width = axis === 1 ? 35 : 7;
      for (let start = 0; start < result.data.length; start += width) {
        const row = [...result.data.slice(start, start + width)];
        // Up to 35 f64 roundings of values near 1.
        expect(Math.abs(row.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-13);
        expect(Math.abs(row.reduce((sum, x) => sum + x * x, 0) / width - 1)).toBeLessThan(1e-13);
      }
    }
  });

  it("scales and shifts after normalising", () => {
    const result = layerNorm(f32([1, 2], [1, 3]), f32([2], [10, 20]), f32([2], [1, 2]), {
      epsilon: 0,
      axis: 1,
    });
    expect(result).toEqual(f32([1, 2], [-9, 22]));
  });

  it("keeps its accuracy on a large common offset", () => {
    const result = layerNorm(f64([2], [1e9 + 1, 1e9 - 1]), undefined, undefined, { epsilon: 0, axis: 0 });
    expect(result).toEqual(f64([2], [1, -1]));
  });
});

describe("batchNorm", () => {
  it("applies each channel's statistics to its elements", () => {
    const parameters = {
      scale: f32([2], [2, 10]),
      bias: f32([2], [1, 0]),
      mean: f32([2], [0, 5]),
      variance: f32([2], [3, 0]),
    };
    const result = batchNorm(f32([2, 2, 2], [2, 4, 5, 6, 0, 2, 5, 4]), parameters, { epsilon: 1 });
    expect(result).toEqual(f32([2, 2, 2], [3, 5, 0, 10, 1, 3, 0, -10]));
    expect(batchNorm(f32([1, 2], [2, 6]), parameters, { epsilon: 1 })).toEqual(f32([1, 2], [3, 10]));
  });
});
