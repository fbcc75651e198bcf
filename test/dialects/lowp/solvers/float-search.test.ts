import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { solveWeight, weightLoss } from "../../../../dialects/lowp/solvers/driver.ts";
import { floatSearch } from "../../../../dialects/lowp/solvers/float-search.ts";
import { quantizeClipped } from "../../../../dialects/lowp/solvers/mse-clip.ts";
import { minifloat, quantized } from "../../../../dialects/lowp/types.ts";
import { drawTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { problemOf, right } from "./problems.ts";

const solve = (weight: FloatTensor, type: string) =>
  right(solveWeight(floatSearch, problemOf(weight, type), {}));

const row = (element: string): string => `!lowp.q<${element}, block = [1, *], scale = f32>`;

describe("float-search", () => {
  it("is no worse than any split of 4 bits, and its type says which it chose", () => {
    for (const distribution of ["G", "T3"] as const) {
      const weight = drawTensor(distribution, [16, 256], 3);
      const { value, report } = solve(weight, row("f4E2M1FN"));
      const losses = ["3, 0, 3", "2, 1, 1", "1, 2, 0"].map((split) => {
        const type = lowpType(row(`!lowp.float<${split}, none>`));
        return right(weightLoss(weight, right(quantizeClipped(weight, type))));
      });
      expect(report.loss).toBe(Math.min(...losses));
      if (!quantized.is(value.type)) throw new Error("a value of !lowp.q");
      const { element } = value.type.parameters;
      expect(element).toMatchObject({ kind: "custom" });
      expect(right(weightLoss(weight, value))).toBe(report.loss);
    }
  });

  it("gives more exponent bits to data of heavier tails", () => {
    const exponentBits = (distribution: "G" | "T3"): number => {
      const { value } = solve(drawTensor(distribution, [1, 20000], 9), row("!lowp.float<2, 3, 1, none>"));
      if (!quantized.is(value.type)) throw new Error("a value of !lowp.q");
      const { element } = value.type.parameters;
      return element.kind === "custom" && minifloat.is(element.type)
        ? element.type.parameters.exponentBits
        : 0;
    };
    expect(exponentBits("T3")).toBeGreaterThan(exponentBits("G"));
  });

  it("searches a real bias where there is no scale, and beats the given one", () => {
    const weight = drawTensor("LAP", [8, 512], 4);
    const small = { ...weight, data: weight.data.map((x) => x * 0.02) };
    const { value, report } = solve(small, "!lowp.float<4, 3, 7, fn>");
    expect(report.loss).toBeLessThan(report.baseline);
    if (!minifloat.is(value.type)) throw new Error("a value of !lowp.float");
    const { exponentBits, mantissaBits, bias } = value.type.parameters;
    expect(exponentBits + mantissaBits).toBe(7);
    expect(Number.isInteger(bias)).toBe(false);
  });

  it("refuses elements that are no floats", () => {
    expect(solveWeight(floatSearch, problemOf(drawTensor("G", [2, 8], 1), row("i4")), {})).toMatchObject({
      code: "float-search",
      message: "element is i4, expected a float",
    });
  });
});
