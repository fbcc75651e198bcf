import { describe, expect, it } from "vitest";
import { isMismatch } from "../../../../compiler/define/op.ts";
import { defineSolver } from "../../../../compiler/define/solver.ts";
import { complete } from "../../../../compiler/schema/schema.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { outputLoss, solveWeight, weightLoss } from "../../../../dialects/lowp/solvers/driver.ts";
import { lowpSolvers } from "../../../../dialects/lowp/solvers/index.ts";
import { roundToNearest } from "../../../../dialects/lowp/solvers/round-to-nearest.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { correlatedMoment, identityMoment, problemOf, right, typeFor } from "./problems.ts";

const i4 = "!lowp.q<i4, block = [1, 8], scale = f32>";
const weight = gaussianTensor([6, 24], 1);
/** With outliers that solvers may take out: 1 in 24. */
const busy = { ...weight, data: weight.data.map((x, index) => (index % 24 === 5 ? 9 * x : x)) };
const nearest = right(quantize(weight, lowpType(i4)));

/** Rounds half the weight, whose objective it does not serve. */
const careless = defineSolver({
  name: "careless",
  summary: "A solver that is worse than round to nearest.",
  options: {},
  needs: ["absoluteMean"],
  solve({ weight }) {
    const value = right(quantize({ ...weight, data: weight.data.map((x) => x / 2) }, lowpType(i4)));
    const loss = right(weightLoss(weight, value));
    const baseline = right(weightLoss(weight, nearest));
    return { value, report: { solver: "careless", objective: "weight", loss, baseline, fellBack: false } };
  },
});

describe("solveWeight", () => {
  it("falls back to round to nearest where a solver is worse, and says so", () => {
    const problem = {
      ...problemOf(weight, i4),
      statistics: { count: 1, absoluteMean: new Float64Array(24) },
    };
    const { value, report } = right(solveWeight(careless, problem, {}));
    const baseline = right(weightLoss(weight, nearest));
    expect(value).toEqual(nearest);
    expect(report).toEqual({
      solver: "careless",
      objective: "weight",
      loss: baseline,
      baseline,
      fellBack: true,
    });
  });

  it("names the statistic that is missing", () => {
    for (const statistics of [undefined, { count: 4, absoluteMaximum: new Float64Array(24) }]) {
      const refused = solveWeight(careless, { ...problemOf(weight, i4), statistics }, {});
      expect(refused).toMatchObject({
        code: "statistics-missing",
        message: "solver careless needs the absoluteMean of the inputs, found none",
      });
      expect(isMismatch(refused) && refused.hint).toContain("calibrate");
    }
  });

  it("gives quantize's value for rtn, of any type", () => {
    for (const text of [
      i4,
      "!lowp.sum<!lowp.q<i2, block = [1, *], scale = f16>, !lowp.sparse<nm 1:4, f16>>",
    ]) {
      const { value, report } = right(solveWeight(roundToNearest, problemOf(weight, text), {}));
      expect(value).toEqual(right(quantize(weight, lowpType(text))));
      expect(report.loss).toBe(report.baseline);
    }
  });

  it.each(lowpSolvers.map((solver) => [solver.name, solver] as const))(
    "%s is deterministic and not worse than rtn",
    (_, solver) => {
      const problem = problemOf(busy, typeFor(solver.name, i4), correlatedMoment(24, 2));
      const solve = () =>
        right(
          solveWeight(
            solver,
            problem,
            complete(solver.options, solver.name === "dense-and-sparse" ? { outliers: 0.05 } : {}),
          ),
        );
      expect(solve()).toEqual(solve());
      expect(solve().report.loss).toBeLessThanOrEqual(solve().report.baseline);
    },
  );
});

describe("the losses", () => {
  const errors = right(dequantize(nearest, "f64")).data.map((x, index) => x - weight.data[index]!);

  it("agree with their definitions", () => {
    const moment = correlatedMoment(24, 3);
    let [squares, output] = [0, 0];
    for (let row = 0; row < 6; row++)
      for (let one = 0; one < 24; one++) {
        squares += errors[row * 24 + one]! ** 2;
        for (let other = 0; other < 24; other++)
          output += errors[row * 24 + one]! * moment[one * 24 + other]! * errors[row * 24 + other]!;
      }
    expect(weightLoss(weight, nearest)).toBeCloseTo(squares, 12);
    // Sums of 576 terms in another order.
    expect(right(outputLoss(weight, nearest, moment)) / output).toBeCloseTo(1, 11);
    expect(outputLoss(weight, nearest, identityMoment(24))).toBeCloseTo(squares, 12);
  });

  it("refuse a second moment of another size", () => {
    expect(outputLoss(weight, nearest, identityMoment(6))).toMatchObject({ code: "statistics-shape" });
  });
});
