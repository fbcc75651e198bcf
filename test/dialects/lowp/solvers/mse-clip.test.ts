import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { solveWeight, weightLoss } from "../../../../dialects/lowp/solvers/driver.ts";
import { mseClip, quantizeClipped } from "../../../../dialects/lowp/solvers/mse-clip.ts";
import { componentOf } from "../../../../dialects/lowp/values.ts";
import { gaussianTensor, hostileTensor, quantizedText } from "../generate.ts";
import { lowpType } from "../text.ts";
import { mxfp4, nvfp4, problemOf, right } from "./problems.ts";
import { mseScale } from "./reference.ts";

fc.configureGlobal({ seed: 1 });

const scalesOf = (weight: FloatTensor, text: string): number[] =>
  Array.from((componentOf(right(quantizeClipped(weight, lowpType(text))), "scale") as FloatTensor).data);

describe("mse-clip", () => {
  it.each([2, 3, 4, 8])("has the scales of quant_ref's mse_scale at %i bits", (bits) => {
    const most = 2 ** (bits - 1) - 1;
    const weight = gaussianTensor([20, 100], bits);
    const blocks = Array.from({ length: 80 }, (_, block) => {
      const start = Math.floor(block / 4) * 100 + (block % 4) * 32;
      return [...weight.data.slice(start, Math.min(start + 32, (Math.floor(block / 4) + 1) * 100))];
    });
    const text = `!lowp.q<i${bits}<-${most}:${most}>, block = [1, 32], scale = f32, tail = short>`;
    expect(scalesOf(weight, text)).toEqual(blocks.map((block) => mseScale(block, bits)));
  });

  it("chooses by the error of the stored scale, so never has more than round to nearest", () => {
    fc.assert(
      fc.property(quantizedText(2), fc.integer({ min: 0, max: 99 }), (text, seed) => {
        const weight = gaussianTensor([5, 19], seed);
        const type = lowpType(text);
        const clipped = right(weightLoss(weight, right(quantizeClipped(weight, type))));
        // f32 arithmetic in the scales of scales moves each error by parts in 2^22.
        expect(clipped).toBeLessThanOrEqual(
          right(weightLoss(weight, right(quantize(weight, type)))) * (1 + 1e-5),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("never loses to round to nearest on hostile data, in the form of quantize", () => {
    fc.assert(
      fc.property(quantizedText(2), fc.integer({ min: 0, max: 99 }), (text, seed) => {
        const weight = hostileTensor([5, 19], seed);
        const { value, report } = right(solveWeight(mseClip, problemOf(weight, text), {}));
        expect(report.loss <= report.baseline || report.fellBack).toBe(true);
        const nearest = right(quantize(weight, lowpType(text)));
        expect(Object.keys(value.components)).toEqual(Object.keys(nearest.components));
        for (const name of Object.keys(value.components))
          expect(componentOf(value, name).shape).toEqual(componentOf(nearest, name).shape);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps blocks of zeros as quantize has them", () => {
    const zeros = { shape: [2, 64], data: new Float32Array(128) };
    for (const text of [mxfp4, nvfp4, "!lowp.q<ui4, block = [1, 32], scale = f16, zero = ui4>"])
      expect(right(quantizeClipped(zeros, lowpType(text)))).toEqual(right(quantize(zeros, lowpType(text))));
  });

  it("moves power-of-two scales both ways", () => {
    // 7.9 is nearer to 8 = 4 · 2 than to 6, where the floor rule clips it; a step of 1/2 clips 3.6 but has 2.5 and 1.5.
    const up = { shape: [1, 4], data: Float32Array.of(7.9, 7.9, 7.9, 7.9) };
    const plain = { shape: [1, 4], data: Float32Array.of(4.1, 0.25, 0.75, 0.25) };
    const text = "!lowp.q<f4E2M1FN, block = [1, *], scale = f8E8M0FNU>";
    expect([scalesOf(up, text), scalesOf(plain, text)]).toEqual([[2], [1]]);
    const clipped = { shape: [1, 4], data: Float32Array.of(3.6, 2.5, 1.5, 0.5) };
    expect(scalesOf(clipped, "!lowp.q<i4, block = [1, *], scale = f8E8M0FNU>")).toEqual([0.5]);
  });

  it.each([
    ["MXFP4", mxfp4, 0.95],
    ["NVFP4", nvfp4, 0.95],
    ["i3 g32", "!lowp.q<i3, block = [1, 32], scale = f16>", 0.8],
    ["ui3 asymmetric", "!lowp.q<ui3, block = [1, 32], scale = f16, zero = ui8>", 0.95],
    ["ui2 with a shift, in planes", "!lowp.q<ui2, block = [4, 16], scale = f16, shift = f16>", 0.95],
  ] as const)("gains on Gaussian data: %s", (_, text, share) => {
    const { report } = right(solveWeight(mseClip, problemOf(gaussianTensor([32, 128], 2), text), {}));
    expect(report).toMatchObject({ solver: "mse-clip", objective: "weight", fellBack: false });
    expect(report.loss / report.baseline).toBeLessThan(share);
  });

  it("refuses what is not blocks with scales", () => {
    expect(
      solveWeight(mseClip, problemOf(gaussianTensor([4, 4], 1), "!lowp.sparse<nm 2:4, f16>"), {}),
    ).toMatchObject({
      code: "not-supported-here",
    });
  });
});
