import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { codeHistogram, inSteps } from "../../../dialects/lowp/code-histogram.ts";
import { roleOf } from "../../../dialects/lowp/component-role.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

function quantized(input: FloatTensor, text: string) {
  const value = quantize(input, lowpType(text));
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}
const tensor = (shape: readonly number[], ...numbers: number[]): FloatTensor => ({
  shape,
  data: Float32Array.from(numbers),
});

describe("the histogram of codes", () => {
  it("has every value of the format and how often it is used", () => {
    const value = quantized(
      tensor([2, 4], 3, -3, 1, 0, 1, 1, 3, 0),
      "!lowp.q<i3<-3:3>, block = [1, *], scale = f32>",
    );
    const { grid, counts } = codeHistogram(value)!;
    expect([...grid]).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect([...counts]).toEqual([1, 0, 0, 2, 3, 0, 2]);
  });

  it("counts the two zeros of a float as one", () => {
    const value = quantized(
      tensor([1, 4], 6, -0.1, 0.1, -4),
      "!lowp.q<f4E2M1FN, block = [1, *], scale = f32>",
    );
    const { grid, counts } = codeHistogram(value)!;
    expect(grid.length).toBe(15);
    expect(counts[grid.indexOf(0)]).toBe(2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it("is that of the values a sparse tensor keeps", () => {
    const value = quantized(
      tensor([1, 8], 1, 2, 3, 4, 1, 2, 3, 4),
      "!lowp.sparse<nm 2:4, !lowp.q<i4<-7:7>, block = [1, *], scale = f32>>",
    );
    expect(codeHistogram(value)?.counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it("is not there for other layouts, or formats finer than a picture", () => {
    const sum =
      "!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>>";
    expect(codeHistogram(quantized(tensor([1, 2], 1, 2), sum))).toBeUndefined();
    expect(
      codeHistogram(quantized(tensor([1, 2], 1, 2), "!lowp.q<i9, block = [1, *], scale = f32>")),
    ).toBeUndefined();
    for (const table of ["<4, 1, bitmod>", "<4, 1, f16>", "<8, 2, olive>"])
      expect(
        codeHistogram(
          quantized(tensor([1, 2], 1, 2), `!lowp.q<!lowp.table${table}, block = [1, *], scale = f32>`),
        ),
      ).toBeUndefined();
    expect(inSteps(quantized(tensor([1, 2], 1, 2), sum), tensor([1, 2], 1, 2))).toBeUndefined();
  });
});

const types = [
  "!lowp.q<i4<-7:7>, block = [1, 8], scale = f32>",
  "!lowp.q<i4<-7:7>, block = [2, 4], scale = f16>",
  "!lowp.q<ui4, block = [1, 8], scale = f32, zero = ui4>",
  "!lowp.q<ui4, block = [1, 8], scale = f32, shift = f32>",
  "!lowp.q<f4E2M1FN, block = [1, 8], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
  "!lowp.q<i4<-7:7>, block = [1, 5], scale = f32, tail = pad>",
  "!lowp.q<i4<-7:7>, block = [1, 5], scale = f32, tail = short>",
  "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 8], scale = f32>",
];

it.each(types)("the numbers a value stands for are whole steps on its grid: %s", (text) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
      const value = quantized(gaussianTensor([4, 16], seed), text);
      const numbers = dequantize(value, "f64");
      if (isMismatch(numbers)) throw new Error(numbers.message);
      const { grid, counts } = codeHistogram(value)!;
      const found = new Float64Array(grid.length);
      for (const step of inSteps(value, numbers)!) {
        const place = grid.findIndex((each) => Math.abs(each - step) < 1e-6);
        expect(place, `${step}`).toBeGreaterThanOrEqual(0);
        found[place]!++;
      }
      expect(found).toEqual(counts);
    }),
    { numRuns: 20 },
  );
});

it.each([
  ["codes", "codes"],
  ["0.codes", "codes"],
  ["scale", "scales"],
  ["scale.codes", "scales"],
  ["values.scale.scale", "scales"],
  ["zero", "zeros"],
  ["1.shift", "shifts"],
  ["mask", "indices"],
  ["columns", "indices"],
  ["0.selector", "indices"],
  ["table", "tables"],
  ["values.codes", "codes"],
  ["value", "values"],
  ["left", "values"],
])("the bytes of %s are %s", (path, role) => {
  expect(roleOf(path)).toBe(role);
});
