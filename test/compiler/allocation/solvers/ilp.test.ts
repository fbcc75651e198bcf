import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalSum } from "../../../../compiler/allocation/decimal.ts";
import type {
  AllocationChoice,
  AllocationProblem,
  AllocationSolution,
} from "../../../../compiler/allocation/problem.ts";
import { ilp } from "../../../../compiler/allocation/solvers/ilp.ts";
import { bruteForce } from "../brute-force.ts";
import { smallProblem } from "../random-problem.ts";

const numRuns = process.env.NARROW_LONG ? 500 : 50;

/** Solves, and compares with the best of all allocations. */
async function solutionFor(problem: AllocationProblem): Promise<AllocationSolution | undefined> {
  const outcome = await ilp.solve(problem);
  const best = bruteForce(problem);
  if (!best) expect(outcome.kind).toBe("infeasible");
  else
    expect(outcome).toMatchObject({ kind: "solution", proof: "optimal", loss: best.loss, bound: best.loss });
  return outcome.kind === "solution" ? outcome : undefined;
}

/** Nothing is found that breaks a tie or a budget. */
function expectValid(
  { budgets, ties = [] }: AllocationProblem,
  { choices, costs }: AllocationSolution,
): void {
  for (const tie of ties) expect(new Set(tie.map((id) => choices.get(id))).size).toBe(1);
  for (const [metric, allowed] of Object.entries(budgets)) expect(costs[metric]).toBeLessThanOrEqual(allowed);
}

test("finds what brute force finds", async () => {
  await fc.assert(
    fc.asyncProperty(smallProblem({ pairs: false }), async (problem) => {
      const solution = await solutionFor(problem);
      if (solution) expectValid(problem, solution);
    }),
    { numRuns, seed: 7 },
  );
});

test("finds what brute force finds where pairs of choices add or save loss", async () => {
  await fc.assert(
    fc.asyncProperty(smallProblem(), async (problem) => {
      const solution = await solutionFor(problem);
      if (solution) expectValid(problem, solution);
    }),
    { numRuns, seed: 7 },
  );
});

test("of the best allocations without needless choices, finds the first", async () => {
  await fc.assert(
    fc.asyncProperty(smallProblem({ pairs: false, ties: false, items: 5 }), async (problem) => {
      const solution = await solutionFor(problem);
      if (solution) expect(solution.choices).toEqual(bruteForce(withoutNeedless(problem))!.choices);
    }),
    { numRuns, seed: 7 },
  );
});

/** Drops choices that lose and cost no less than another of the item in any budget that can be exceeded. */
function withoutNeedless(problem: AllocationProblem): AllocationProblem {
  const metrics = Object.entries(problem.budgets)
    .filter(([metric, allowed]) => {
      const largest = problem.items.map(({ choices }) =>
        Math.max(...choices.map(({ cost }) => cost[metric]!)),
      );
      return decimalSum(largest) > allowed;
    })
    .map(([metric]) => metric);
  const isNeedless = (choice: AllocationChoice, at: number, choices: readonly AllocationChoice[]): boolean =>
    choices.some((other, place) => {
      const differences = [
        choice.loss - other.loss,
        ...metrics.map((metric) => choice.cost[metric]! - other.cost[metric]!),
      ];
      const isEqual = differences.every((difference) => difference === 0);
      return place !== at && (isEqual ? place < at : differences.every((difference) => difference >= 0));
    });
  return {
    ...problem,
    items: problem.items.map(({ id, choices }) => ({
      id,
      choices: choices.filter((choice, at) => !isNeedless(choice, at, choices)),
    })),
  };
}
