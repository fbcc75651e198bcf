import { describe, expect, it } from "vitest";
import type { WeightSolver } from "../../../../compiler/define/solver.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { absmean, rmsScale, ternaryWeights } from "../../../../dialects/lowp/solvers/closed-forms.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { integersOf } from "../../../../dialects/lowp/values.ts";
import { gaussianTensor, hostileTensor } from "../generate.ts";
import { signalToNoise } from "../sqnr.ts";
import { mxfp4, problemOf, right } from "./problems.ts";

const solve = (solver: WeightSolver, weight: FloatTensor, type: string, options = {}) =>
  right(solveWeight(solver, problemOf(weight, type), options));
const solved = (solver: WeightSolver, weight: FloatTensor, type: string): FloatTensor =>
  right(dequantize(solve(solver, weight, type).value, "f32"));
const minus = (one: FloatTensor, other: FloatTensor): FloatTensor => ({
  shape: one.shape,
  data: one.data.map((x, index) => x - other.data[index]!),
});
const plus = (one: FloatTensor, other: FloatTensor): FloatTensor => ({
  shape: one.shape,
  data: one.data.map((x, index) => x + other.data[index]!),
});

const weight = gaussianTensor([128, 1024], 5);
const g128 = (element: string): string => `!lowp.q<${element}, block = [1, 128], scale = f32>`;
const two = (solver: WeightSolver, type: string): FloatTensor => {
  const first = solved(solver, weight, type);
  return plus(first, solved(solver, minus(weight, first), type));
};

describe("closed forms on Gaussian data in groups of 128", () => {
  // FORMATS-AND-ALGORITHMS.md, F7; 131k samples give these within 0.1 dB.
  it.each([
    ["binary by the mean magnitude", () => solved(absmean, weight, g128("bipolar1")), 4.43],
    ["TriLM's absmean", () => solved(absmean, weight, g128("trit")), 5.84],
    ["ternary weight networks", () => solved(ternaryWeights, weight, g128("trit")), 7.24],
    ["two binary terms", () => two(absmean, g128("bipolar1")), 8.92],
    ["two ternary terms", () => two(ternaryWeights, g128("trit")), 13.62],
  ])("%s has the published signal-to-noise ratio", (_, real, expected) => {
    expect(Math.abs(signalToNoise(weight, real()) - expected)).toBeLessThan(0.1);
  });

  it("rms scales of MXFP4, to the nearest power of two, beat those of the largest magnitude", () => {
    const nearest = "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU, scale_rounding = nearest>";
    const { value, report } = solve(rmsScale, weight, nearest, { multiple: 2.92247856 });
    expect(report.fellBack).toBe(false);
    expect(Math.abs(signalToNoise(weight, right(dequantize(value, "f32"))) - 18.96)).toBeLessThan(0.1);
  });
});

describe("closed forms", () => {
  it("compute the scales they say", () => {
    const small = { shape: [2, 4], data: Float32Array.of(2, -2, 0, 3, 0, 0, 0, 0) };
    const row = (element: string) => `!lowp.q<${element}, block = [1, *], scale = f32>`;
    const parts = (solver: WeightSolver, element: string) => {
      const { value } = solve(solver, small, row(element));
      return [[...(value.components.scale as FloatTensor).data], [...integersOf(value, "codes").data]];
    };
    // A row of zeros: scale 1 and zeros.
    expect(parts(absmean, "trit")).toEqual([
      [1.75, 1],
      [1, -1, 0, 1, 0, 0, 0, 0],
    ]);
    // 0.7 · mean is 1.225.
    expect(parts(ternaryWeights, "trit")).toEqual([
      [Math.fround(7 / 3), 1],
      [1, -1, 0, 1, 0, 0, 0, 0],
    ]);
  });

  it("fall back rather than be worse than round to nearest, on hostile data too", () => {
    for (const solver of [absmean, ternaryWeights])
      for (let seed = 1; seed < 20; seed++) {
        const given = hostileTensor([5, 19], seed);
        const type = "!lowp.q<trit, block = [1, 8], scale = f32, tail = short>";
        const { report } = solve(solver, given, type);
        expect(report.loss <= report.baseline || report.fellBack).toBe(true);
      }
  });

  it("refuse elements and types they are not for", () => {
    const refused = (solver: WeightSolver, type: string) =>
      solveWeight(solver, problemOf(gaussianTensor([2, 32], 1), type), { multiple: 3 });
    expect(refused(absmean, g128("i4").replace("128", "32"))).toMatchObject({
      code: "closed-form",
      message: "absmean needs an element trit or bipolar1, found i4",
    });
    expect(refused(ternaryWeights, g128("bipolar1").replace("128", "32"))).toMatchObject({
      message: "twn needs an element trit, found bipolar1",
    });
    expect(refused(rmsScale, "!lowp.q<ui4, block = [1, 32], scale = f32, zero = ui4>")).toMatchObject({
      message: "the type has a zero, expected a scale alone",
    });
    expect(refused(rmsScale, mxfp4)).toHaveProperty("value");
  });
});
