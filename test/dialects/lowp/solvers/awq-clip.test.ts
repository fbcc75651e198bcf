import { describe, expect, it } from "vitest";
import { awqClip } from "../../../../dialects/lowp/solvers/awq-clip.ts";
import { outputLoss, solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { mseClip } from "../../../../dialects/lowp/solvers/mse-clip.ts";
import { gaussianTensor } from "../generate.ts";
import { correlatedMoment, identityMoment, mxfp4, nvfp4, problemOf, right } from "./problems.ts";

const integers = "!lowp.q<i3, block = [1, 16], scale = f16, tail = short>";
const types = [integers, "!lowp.q<ui2, block = [1, *], scale = f16, zero = ui2>", mxfp4, nvfp4];

describe("awq-clip", () => {
  const weight = gaussianTensor([12, 40], 6);

  it.each(types)("has mse-clip's value where H is the identity, for %s", (type) => {
    const problem = problemOf(weight, type, identityMoment(40, 2));
    expect(right(solveWeight(awqClip, problem, {})).value).toEqual(
      right(solveWeight(mseClip, problem, {})).value,
    );
  });

  it.each(types)("never does worse than round to nearest, for %s", (type) => {
    const moment = correlatedMoment(40, 3);
    const { value, report } = right(solveWeight(awqClip, problemOf(weight, type, moment), {}));
    expect(report).toMatchObject({ solver: "awq-clip", objective: "output" });
    expect(report.loss).toBeLessThanOrEqual(report.baseline);
    expect(report.loss).toBe(outputLoss(weight, value, moment));
  });

  it("does better on outputs than mse-clip where every block is a whole row", () => {
    // The error of a block is then the error of an output, so the search is exact.
    const moment = correlatedMoment(40, 3);
    const problem = problemOf(weight, "!lowp.q<i3, block = [1, *], scale = f32>", moment);
    const plain = right(mseClip.solve(problem, {})).value;
    const clipped = right(awqClip.solve(problem, {})).report.loss;
    expect(clipped).toBeLessThan(0.9 * right(outputLoss(weight, plain, moment)));
  });

  it("refuses a problem without inputs, or with those of another width", () => {
    expect(solveWeight(awqClip, problemOf(weight, integers), {})).toMatchObject({
      code: "statistics-missing",
    });
    expect(awqClip.solve(problemOf(weight, integers), {})).toMatchObject({ code: "statistics-missing" });
    expect(solveWeight(awqClip, problemOf(weight, integers, identityMoment(3)), {})).toMatchObject({
      code: "statistics-shape",
    });
  });
});
