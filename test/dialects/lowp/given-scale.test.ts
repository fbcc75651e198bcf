import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { f32, tensorType } from "../../../compiler/ir/types.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { givenScaleProblems } from "../../../dialects/lowp/given-scale.ts";
import { quantize, quantizeWith } from "../../../dialects/lowp/quantize.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

const types = [
  "!lowp.q<i8, block = [*, *], scale = f32>",
  "!lowp.q<ui4, block = [1, 4], scale = f16, zero = ui4>",
  "!lowp.q<f4E2M1FN, block = [1, 8], scale = f8E8M0FNU>",
  "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 8], scale = f16>",
  "!lowp.q<!lowp.table<3, 1, power<0.7>>, block = [1, 4], scale = f32>",
  "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>",
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

  it.each(["!lowp.table<4, 1, bitmod>", "!lowp.table<4, 1, f16>"])(
    "refuses %s, whose tables go with the data",
    (element) => {
      const type = lowpType(`!lowp.q<${element}, block = [*, *], scale = f32>`);
      const scale = { shape: [1, 1], data: Float32Array.of(1) };
      expect(quantizeWith(gaussianTensor([1, 4], 1), type, { scale })).toMatchObject({
        code: "not-supported-here",
      });
      const [problem] = givenScaleProblems(tensorType([1, 4], type), {
        scale: tensorType([1, 1], f32),
        zero: undefined,
      });
      expect(problem).toMatchObject({ code: "given-scale" });
    },
  );

  it("refuses what is not finite", () => {
    const type = lowpType("!lowp.q<i8, block = [*, *], scale = f32>");
    const scale = { shape: [1, 1], data: Float32Array.of(1) };
    const input = { shape: [1, 2], data: Float32Array.of(1, Number.NaN) };
    expect(quantizeWith(input, type, { scale })).toMatchObject({ code: "not-finite" });
  });
});
