import { describe, expect, it } from "vitest";
import { derivedSeed, seededRandom } from "../../../compiler/numeric/random.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { solveWeight } from "../../../dialects/lowp/solvers/driver.ts";
import { roundToNearest } from "../../../dialects/lowp/solvers/round-to-nearest.ts";
import { isStochastic } from "../../../dialects/lowp/stochastic.ts";
import { gaussianTensor } from "./generate.ts";
import { problemOf, right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

const weight = gaussianTensor([256, 1024], 11);
const ocp = "f4E2M1FN, block = [1, 32], scale = f8E8M0FNU";
/** 4/3 · E2M1, whose scales never clip. */
const unclipped =
  "!lowp.float<2, 1, 0.5849625007211562, none>, block = [1, 32], scale = f8E8M0FNU, scale_rounding = ceil";

const rounded = (type: string, seed?: number) =>
  right(
    dequantize(
      right(quantize(weight, lowpType(type), seed === undefined ? {} : { random: seededRandom(seed) })),
      "f64",
    ),
  ).data;

/** Slope of the regression of y on x through the origin, and Σ (y − x)². */
function compare(y: ArrayLike<number>) {
  let [products, squares, error] = [0, 0, 0];
  for (let index = 0; index < weight.data.length; index++) {
    const x = weight.data[index]!;
    products += x * y[index]!;
    squares += x * x;
    error += (y[index]! - x) ** 2;
  }
  return { slope: products / squares, error };
}

describe("stochastic rounding", () => {
  // FORMATS-AND-ALGORITHMS.md, R2. The noise of 262k roundings moves a slope by about 0.0003.
  it("has slope 1.0000 where scales never clip, and 0.9897 where OCP's do", () => {
    expect(
      Math.abs(compare(rounded(`!lowp.q<${ocp}, rounding = stochastic>`, 1)).slope - 0.9897),
    ).toBeLessThan(0.001);
    expect(
      Math.abs(compare(rounded(`!lowp.q<${unclipped}, rounding = stochastic>`, 1)).slope - 1),
    ).toBeLessThan(0.001);
  });

  it("has twice the error of rounding to nearest, which shrinks values by 1/1.009", () => {
    const random = compare(rounded(`!lowp.q<${unclipped}, rounding = stochastic>`, 2));
    const nearest = compare(rounded(`!lowp.q<${unclipped}>`));
    // A step² / 6 against a step² / 12, where the density is even within a step.
    expect(random.error / nearest.error).toBeCloseTo(2, 1);
    expect(Math.abs(1 / nearest.slope - 1.009)).toBeLessThan(0.001);
  });

  it("gives the same codes for the same seed and others for another", () => {
    const type = "!lowp.q<i4, block = [1, *], scale = f32, rounding = stochastic>";
    const solve = (seed: number) =>
      right(solveWeight(roundToNearest, { ...problemOf(weight, type), seed }, {})).value;
    expect(solve(7)).toEqual(solve(7));
    expect(solve(7)).not.toEqual(solve(8));
    expect(solveWeight(roundToNearest, problemOf(weight, type), {})).toMatchObject({ code: "needs-random" });
  });

  it("derives other seeds for other names and other seeds", () => {
    const seeds = [derivedSeed(1, "a"), derivedSeed(1, "b"), derivedSeed(2, "a"), derivedSeed(12, "a")];
    expect(new Set(seeds).size).toBe(4);
    expect(seeds[0]).toBe(derivedSeed(1, "a"));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  });

  it("is found wherever it is in a type", () => {
    const stochastic = "!lowp.q<i4, block = [1, *], scale = f32, rounding = stochastic>";
    const scaled = `!lowp.q<i4, block = [1, *], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32, rounding = stochastic>>`;
    for (const text of [
      stochastic,
      scaled,
      `!lowp.sum<f16, ${stochastic}>`,
      `!lowp.sparse<nm 2:4, ${scaled}>`,
    ])
      expect(isStochastic(lowpType(text), [4, 8])).toBe(true);
    expect(isStochastic(lowpType("!lowp.sum<f16, !lowp.q<i4, block = [1, *], scale = f32>>"), [4, 8])).toBe(
      false,
    );
  });
});
