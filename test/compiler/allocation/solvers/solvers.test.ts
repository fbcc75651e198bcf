import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AllocationProblem } from "../../../../compiler/allocation/problem.ts";
import { evolutionarySolver } from "../../../../compiler/allocation/solvers/evolutionary.ts";
import { ilp } from "../../../../compiler/allocation/solvers/ilp.ts";
import { allocationSolvers } from "../../../../compiler/allocation/solvers/index.ts";
import { totalsOf } from "../../../../compiler/allocation/totals.ts";
import { bruteForce } from "../brute-force.ts";
import { smallProblem } from "../random-problem.ts";

const numRuns = process.env.NARROW_LONG ? 200 : 20;
const oneBudget = smallProblem({ budgets: 1, pairs: false });

// Few generations are enough to see that what evolution gives is valid.
const solvers = [
  ...allocationSolvers.filter(({ name }) => name !== "evolutionary"),
  evolutionarySolver({ generations: 5 }),
];

describe.each(solvers)("$name", (solver) => {
  test("keeps budgets and ties, adds up right, and never claims more than it has", async () => {
    await fc.assert(
      fc.asyncProperty(smallProblem(), async (problem) => {
        const outcome = await solver.solve(problem);
        const best = bruteForce(problem);
        if (outcome.kind === "refused") return;
        if (!best || outcome.kind === "infeasible") {
          expect([best, outcome.kind]).toEqual([undefined, "infeasible"]);
          return;
        }
        const { choices, loss, costs, bound, proof } = outcome;
        expect({ loss, costs }).toEqual(totalsOf(problem, choices));
        for (const [metric, allowed] of Object.entries(problem.budgets))
          expect(costs[metric]).toBeLessThanOrEqual(allowed);
        for (const tie of problem.ties ?? []) expect(new Set(tie.map((id) => choices.get(id))).size).toBe(1);
        expect(bound).toBeLessThanOrEqual(best.loss);
        expect(loss).toBeGreaterThanOrEqual(best.loss);
        expect(proof).toBe(loss === bound ? "optimal" : "heuristic");
      }),
      { numRuns, seed: 7 },
    );
  });
});

test("dynamic programming and ilp find the same allocation, not only the same loss", async () => {
  await fc.assert(
    fc.asyncProperty(oneBudget, async (problem) => {
      const [one, other] = [await solverNamed("dp").solve(problem), await ilp.solve(problem)];
      expect(one.kind).toBe(other.kind);
      if (one.kind === "solution" && other.kind === "solution") expect(one.choices).toEqual(other.choices);
    }),
    { numRuns, seed: 7 },
  );
});

const solverNamed = (name: string) => allocationSolvers.find((solver) => solver.name === name)!;

const item = (
  id: string,
  ...choices: readonly (readonly [loss: number, bytes: number, cycles?: number])[]
) => ({
  id,
  choices: choices.map(([loss, bytes, cycles], at) => ({
    id: `c${at}`,
    loss,
    cost: { bytes, ...(cycles !== undefined && { cycles }) },
  })),
});

test.each([
  ["dp", { bytes: 3, cycles: 3 }, "dp takes one budget, here are 2: bytes, cycles"],
  ["closed-form", { bytes: 3, cycles: 3 }, "closed-form takes one budget, here are 2: bytes, cycles"],
])("%s says why it does not take two budgets", async (name, budgets, reason) => {
  const problem: AllocationProblem = { items: [item("a", [1, 2, 4], [2, 4, 2])], budgets };
  expect(await solverNamed(name).solve(problem)).toMatchObject({ kind: "refused", reason });
});

test("dynamic programming refuses costs that are no whole numbers, and budgets of too many steps", async () => {
  const odd = { items: [item("a", [2, Math.PI], [1, 1e9 * Math.E])], budgets: { bytes: 1e9 } };
  expect(await solverNamed("dp").solve(odd)).toMatchObject({
    kind: "refused",
    reason: "dp needs whole numbers, and costs in bytes have too many digits for their sum to be one",
  });
  const items = Array.from({ length: 3 }, (_, i) => item(`i${i}`, [2, 1], [1, 1e9 + i]));
  expect(await solverNamed("dp").solve({ items, budgets: { bytes: 2e9 } })).toMatchObject({
    kind: "refused",
    reason: "3 items and a budget of 1999999997 steps make 5999999994 cells, more than 268435456",
  });
});

test("prices of budgets say what one more unit saves", async () => {
  // Two bytes save 4 by the better item; the third byte of a budget buys the next item's one of two.
  const problem = {
    items: [item("a", [4, 0], [0, 2]), item("b", [2, 0], [0, 2])],
    budgets: { bytes: 3, cycles: 9 },
  };
  const spare = { ...problem, items: [...problem.items, item("c", [0, 0, 1])] };
  expect(await ilp.solve(spare)).toMatchObject({ loss: 2, shadowPrices: { bytes: 1, cycles: 0 } });
});

test("a tenth three times keeps a budget of three tenths", async () => {
  const items = ["a", "b", "c"].map((id) => item(id, [1, 0], [0, 0.1]));
  expect(await ilp.solve({ items, budgets: { bytes: 0.3 } })).toMatchObject({
    loss: 0,
    costs: { bytes: 0.3 },
  });
  expect(await ilp.solve({ items, budgets: { bytes: 0.29 } })).toMatchObject({
    loss: 1,
    costs: { bytes: 0.2 },
  });
});
