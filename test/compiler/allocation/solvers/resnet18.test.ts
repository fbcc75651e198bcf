import { describe, expect, test } from "vitest";
import type { AllocationProblem, AllocationSolver } from "../../../../compiler/allocation/problem.ts";
import { dp } from "../../../../compiler/allocation/solvers/dp.ts";
import { greedy, sensitivityOrder } from "../../../../compiler/allocation/solvers/greedy.ts";
import { ilp } from "../../../../compiler/allocation/solvers/ilp.ts";
import { answers, digits, resnet18 } from "../resnet18.ts";

async function solved(solver: AllocationSolver, problem: AllocationProblem) {
  const outcome = await solver.solve(problem);
  if (outcome.kind !== "solution") throw new Error(outcome.kind);
  return outcome;
}

describe("4 or 8 bits for the layers of ResNet-18", () => {
  test.each(answers)("%s at %d: ilp proves the known optimum", async (metric, part, bits, loss) => {
    const solution = await solved(ilp, resnet18(metric, part));
    expect(digits(solution.choices)).toBe(bits);
    // Published to six decimals.
    expect(solution.loss).toBeCloseTo(loss, 6);
    expect(solution.bound).toBe(solution.loss);
    expect(solution.proof).toBe("optimal");
  });

  test.each(answers.slice(0, 6))("%s at %d: dynamic programming finds it too", async (metric, part, bits) => {
    const problem = resnet18(metric, part);
    const whole = Object.fromEntries(Object.entries(problem.budgets).map(([m, b]) => [m, Math.floor(b)]));
    const solution = await solved(dp, { ...problem, budgets: whole });
    expect(digits(solution.choices)).toBe(bits);
    expect(solution.proof).toBe("optimal");
  });

  test.each([
    ["greedy", greedy, 6],
    ["sensitivity-order", sensitivityOrder, 7],
  ])("%s misses some optima, and claims none that it has not", async (_name, solver, expected) => {
    let found = 0;
    for (const [metric, part, bits] of answers) {
      const solution = await solved(solver, resnet18(metric, part));
      if (digits(solution.choices) === bits) found++;
      else expect(solution).toMatchObject({ proof: "heuristic" });
      expect(solution.bound).toBeLessThanOrEqual(solution.loss);
    }
    expect(found).toBe(expected);
  });
});
