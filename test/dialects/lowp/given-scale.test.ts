import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize, quantizeWith } from "../../../dialects/lowp/quantize.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

const types = [
  "!lowp.q<i8, block = [*, *], scale = f32>",
  "!lowp.q<ui4, block = [1, 4], scale = f16, zero = ui4>",
  "!lowp.q<f4E2M1FN, block = [1, 8], scale = f8E8M0FNU>",
];

describe("quantizing with given scales", () => {
  it.each(types)("gives what quantize gives, with the scales that it finds, as %s", (text) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const input = gaussianTensor([3, 8], seed);
        const found = right(quantize(input, lowpType(text)));
        const { scale, zero } = found.components;
        expect(right(quantizeWith(input, lowpType(text), { scale: scale!, zero }))).toEqual(found);
      }),
      { numRuns: 30 },
    );
  });

  it("sends what lies beyond the grid to its ends", () => {
    const type = lowpType("!lowp.q<i8<-127:127>, block = [*, *], scale = f32>");
    const scale = { shape: [1, 1], data: Float32Array.of(0.5) };
    const input = { shape: [1, 4], data: Float32Array.of(-1000, 63.5, 64, 0.25) };
    const value = right(quantizeWith(input, type, { scale }));
    expect(right(dequantize(value, "f32")).data).toEqual(Float32Array.of(-63.5, 63.5, 63.5, 0));
  });

  it("refuses what is not finite", () => {
    const type = lowpType("!lowp.q<i8, block = [*, *], scale = f32>");
    const scale = { shape: [1, 1], data: Float32Array.of(1) };
    const input = { shape: [1, 2], data: Float32Array.of(1, Number.NaN) };
    expect(quantizeWith(input, type, { scale })).toMatchObject({ code: "not-finite" });
  });
});
