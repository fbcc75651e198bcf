import fc from "fast-check";
import { expect, test } from "vitest";
import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";
import { ilp } from "../../../compiler/allocation/solvers/ilp.ts";
import { bruteForce } from "./brute-force.ts";
import { smallProblem } from "./random-problem.ts";

const item = (id: string, ...costs: readonly (readonly number[])[]) => ({
  id,
  choices: costs.map(([bytes = 0, cycles = 0], at) => ({ id: `c${at}`, loss: 0, cost: { bytes, cycles } })),
});

test("names the fewest items that exceed one budget alone, and the least total", async () => {
  const items = [item("norm", [1], [2]), item("embed", [20], [40]), item("head", [11]), item("layer", [3])];
  expect(await ilp.solve({ items, budgets: { bytes: 30 } })).toEqual({
    kind: "infeasible",
    items: ["embed", "head"],
    budgets: { bytes: { least: 35, allowed: 30 } },
  });
});

test("names budgets that cannot be kept together, and items that do not let them", async () => {
  const items = [item("a", [1, 5], [5, 1]), item("free", [0, 0], [5, 5]), item("b", [1, 5], [5, 1])];
  expect(await ilp.solve({ items, budgets: { bytes: 5, cycles: 5 } })).toEqual({
    kind: "infeasible",
    items: ["a", "b"],
    budgets: { bytes: { least: 10, allowed: 5 }, cycles: { least: 10, allowed: 5 } },
  });
});

const only = (problem: AllocationProblem, items: readonly string[], budgets: readonly string[]) => ({
  ...problem,
  items: problem.items.map((it) =>
    items.includes(it.id) ? it : { ...it, choices: it.choices.map((choice) => ({ ...choice, cost: {} })) },
  ),
  budgets: Object.fromEntries(budgets.map((metric) => [metric, problem.budgets[metric]!])),
});

test("the items and budgets named are enough, and no fewer are", async () => {
  const tight = smallProblem({ pairs: false, ties: false, items: 5 }).filter(
    (problem) => !bruteForce(problem),
  );
  await fc.assert(
    fc.asyncProperty(tight, async (problem) => {
      const outcome = await ilp.solve(problem);
      if (outcome.kind !== "infeasible") throw new Error(outcome.kind);
      const { items } = outcome;
      const budgets = Object.keys(outcome.budgets);
      expect(bruteForce(only(problem, items, budgets))).toBeUndefined();
      const all = problem.items.map(({ id }) => id);
      for (const left of budgets) {
        const fewer = budgets.filter((metric) => metric !== left);
        if (fewer.length > 0) expect(bruteForce(only(problem, all, fewer))).toBeDefined();
      }
      for (const left of items)
        expect(
          bruteForce(
            only(
              problem,
              items.filter((id) => id !== left),
              budgets,
            ),
          ),
        ).toBeDefined();
    }),
    { numRuns: process.env.NARROW_LONG ? 100 : 15, seed: 7 },
  );
});
