import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { fourOverSix } from "../../../../dialects/lowp/solvers/four-over-six.ts";
import { integersOf } from "../../../../dialects/lowp/values.ts";
import { drawTensor, gaussianTensor } from "../generate.ts";
import { signalToNoise } from "../sqnr.ts";
import { mxfp4, nvfp4, problemOf, right } from "./problems.ts";

const solve = (weight: FloatTensor, type: string) =>
  right(solveWeight(fourOverSix, problemOf(weight, type), {}));

describe("four-over-six", () => {
  // FORMATS-AND-ALGORITHMS.md §0.3; tolerances as for the other rows of that table.
  it.each([
    ["G", 21.22, 0.15],
    ["LAP", 21.2, 0.2],
    ["T5", 21.25, 0.3],
    ["T3", 21.27, 0.8],
  ] as const)("has the published signal-to-noise ratio on %s data", (distribution, expected, tolerance) => {
    const weight = drawTensor(distribution, [256, 512], 42);
    const { value, report } = solve(weight, nvfp4);
    expect(report.fellBack).toBe(false);
    const real = right(dequantize(value, "f32"));
    expect(Math.abs(signalToNoise(weight, real) - expected)).toBeLessThan(tolerance);
  });

  it("makes the largest weight 4 where that is nearer, else 6", () => {
    const type = "!lowp.q<f4E2M1FN, block = [1, 4], scale = f32>";
    // 6 : 5 : 0 : 0 misses 5 on the grid up to 6, and 4 : 3 : 0 : 0 is on both once it is 4.
    const weight = { shape: [2, 4], data: Float32Array.of(12, 9, 0, 0, 12, 8, 6, 1) };
    const { value } = solve(weight, type);
    expect([...(value.components.scale as FloatTensor).data]).toEqual([3, 2]);
    expect([...integersOf(value, "codes").data]).toEqual([6, 5, 0, 0, 7, 6, 5, 1]);
  });

  it("refuses other elements, and scales that are powers of two", () => {
    const weight = gaussianTensor([2, 32], 1);
    const refused = (type: string) => solveWeight(fourOverSix, problemOf(weight, type), {});
    expect(refused("!lowp.q<i4, block = [1, 16], scale = f32>")).toMatchObject({
      code: "four-over-six",
      message: "element is i4, expected f4E2M1FN",
    });
    expect(refused(mxfp4)).toMatchObject({
      message: "scale is f8E8M0FNU, whose powers of two leave nothing between 4 and 6",
    });
  });
});
