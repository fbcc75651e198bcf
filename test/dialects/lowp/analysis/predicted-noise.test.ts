import { describe, expect, it } from "vitest";
import { crestOfEqualNoise, predictedNoise } from "../../../../dialects/lowp/analysis/predicted-noise.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { gaussianTensor } from "../generate.ts";
import { right } from "../solvers/problems.ts";
import { signalToNoise } from "../sqnr.ts";
import { lowpType } from "../text.ts";

const mx = (element: string) => lowpType(`!lowp.q<${element}, block = [1, 32], scale = f8E8M0FNU>`);
const nv = (element: string) =>
  lowpType(`!lowp.q<${element}, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>`);

describe("predictedNoise", () => {
  // FORMATS-AND-ALGORITHMS.md, F4. The integers are there computed with 10.8 and 6.02 dB, 0.01 above the exact terms.
  it.each([
    ["INT8", mx("i8"), 39.88],
    ["E4M3", mx("f8E4M3FN"), 31.86],
    ["MXINT4", mx("i4"), 15.8],
    ["MXFP4", mx("f4E2M1FN"), 18.01],
    ["NVINT4", nv("i4"), 19.17],
    ["NVFP4", nv("f4E2M1FN"), 21.88],
  ])("is the published figure for %s at a crest factor of 3", (_, type, expected) => {
    expect(Math.abs(right(predictedNoise(type, 3)) - expected)).toBeLessThan(0.015);
  });

  it.each([
    ["8 bits", mx("i8"), mx("f8E4M3FN"), 7.55],
    ["6 bits", mx("i6"), mx("f6E2M3FN"), 1.96],
    ["4 bits, MX", mx("i4"), mx("f4E2M1FN"), 2.04],
    ["4 bits, NV", nv("i4"), nv("f4E2M1FN"), 2.39],
  ])(
    "has integers better below the published crest factor, floats above it: %s",
    (_, integer, float, expected) => {
      const crest = crestOfEqualNoise(integer, float) as number;
      expect(Math.abs(crest - expected)).toBeLessThan(0.02);
      expect(right(predictedNoise(integer, crest - 0.1))).toBeGreaterThan(
        right(predictedNoise(float, crest - 0.1)),
      );
      expect(right(predictedNoise(integer, crest + 0.1))).toBeLessThan(
        right(predictedNoise(float, crest + 0.1)),
      );
    },
  );

  it("is near what Gaussian blocks measure", () => {
    const data = gaussianTensor([256, 512], 8);
    for (const [type, size] of [
      [mx("i8"), 32],
      [mx("i4"), 32],
      [nv("i4"), 16],
      [nv("f4E2M1FN"), 16],
    ] as const) {
      let crests = 0;
      for (let start = 0; start < data.data.length; start += size) {
        const block = data.data.subarray(start, start + size);
        crests += (Math.max(...block.map(Math.abs)) ** 2 * size) / data.data.length;
      }
      const measured = signalToNoise(data, right(dequantize(right(quantize(data, type)), "f32")));
      expect(Math.abs(right(predictedNoise(type, Math.sqrt(crests))) - measured)).toBeLessThan(1);
    }
  });

  it("knows no noise of what it has no formula for", () => {
    const refused = (text: string) => predictedNoise(lowpType(text), 3);
    expect(refused("!lowp.q<ui4, block = [1, 32], scale = f16, zero = ui4>")).toHaveProperty("code");
    expect(refused("!lowp.q<trit, block = [1, 32], scale = f16>")).toMatchObject({
      message: "element is trit, expected an integer or a float",
    });
    expect(crestOfEqualNoise(mx("i8"), mx("i4"))).toBeUndefined();
  });
});
