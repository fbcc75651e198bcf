import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { loadResults as loadAccuracy } from "../../../bench/accuracy/results.ts";
import { root } from "../../../bench/accuracy/root.ts";
import {
  budgets,
  type Compared,
  compared,
  formats,
  GOAL_TOKENS,
  goals,
  rotatedBudgets,
  rotatedFormats,
} from "../../../bench/allocation/formats.ts";
import { allocationPage, correlationOf, curveOf } from "../../../bench/allocation/page.ts";
import { rankCorrelation } from "../../../bench/allocation/rank-correlation.ts";
import { type AllocationRow, loadResults, riseOf } from "../../../bench/allocation/results.ts";
import { ilp } from "../../../compiler/allocation/solvers/ilp.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";

const results = loadResults()!;
const docs = join(root, "docs");
const goalRow = (sensitivity: Compared, budget: number): AllocationRow =>
  results.rows.find(
    (row) => row.sensitivity === sensitivity && row.budget === budget && row.tokens === GOAL_TOKENS,
  ) ?? unreachable(`${sensitivity} is measured at ${budget} bits`);

test("the page and its plot are what the results make; npm run accuracy:allocation -- --missing rewrites them", async () => {
  const files = await allocationPage(results);
  for (const [name, text] of Object.entries(files)) expect(readFileSync(join(docs, name), "utf8")).toBe(text);
  const kept = readdirSync(docs).filter((name) => /^allocation/.test(name));
  expect(kept.toSorted()).toEqual(Object.keys(files).toSorted());
});

test.each(Object.entries(goals))("at %s bits the loss rises by at most %s", (budget, goal) => {
  const row = goalRow(compared[0], Number(budget));
  expect(row.bits).toBeLessThanOrEqual(row.budget);
  expect(row.proof).toBe("optimal");
  // Goals are given to four decimals.
  expect(Number(riseOf(row, results).toFixed(4))).toBeLessThanOrEqual(goal);
});

test.each(Object.entries(rotatedBudgets))(
  "behind a rotation what is allocated at %s bits loses no more than %s",
  (budget, recipe) => {
    const row = results.rotated.find((each) => each.budget === Number(budget));
    expect(row?.loss).toBeLessThanOrEqual(loadAccuracy().example![recipe]!.loss);
    expect(Object.values(row!.choices).every((format) => format in rotatedFormats)).toBe(true);
  },
);

test("predictions rank what came true over at least 20 budgets", () => {
  expect(curveOf(results).map(({ budget }) => budget)).toEqual([...budgets]);
  expect(budgets.length).toBeGreaterThanOrEqual(20);
  expect(correlationOf(results)).toBeGreaterThanOrEqual(0.95);
});

test.each(results.rows)(
  "$sensitivity at $budget bits, $tokens tokens, is still what its losses give",
  async (row) => {
    const items = results.items[row.sensitivity]!;
    const sizes = Object.fromEntries(
      items.map(({ id, choices }) => [id, Object.fromEntries(choices.map((each) => [each.id, each]))]),
    );
    const chosen = Object.entries(row.choices).map(([id, format]) => sizes[id]![format]!);
    const bytes = chosen.reduce((sum, { cost }) => sum + cost.bytes!, 0);
    const elements = (bytes * 8) / row.bits;
    const outcome = await ilp.solve({ items, budgets: { bytes: Math.floor((row.budget * elements) / 8) } });
    expect(outcome).toMatchObject({ kind: "solution", loss: row.predicted, proof: "optimal" });
    expect(Object.values(row.choices).every((format) => format in formats)).toBe(true);
  },
);

describe("rankCorrelation", () => {
  it("is 1 where both rise together, -1 where one falls, whatever the sizes", () => {
    expect(rankCorrelation([1, 2, 30].map((x) => [x, x ** 3]))).toBe(1);
    expect(rankCorrelation([1, 2, 30].map((x) => [x, -x]))).toBe(-1);
  });

  it("gives equal values the mean of their ranks", () => {
    // Ranks 0.5, 0.5, 2 against 0, 1, 2.
    expect(
      rankCorrelation([
        [5, 1],
        [5, 2],
        [9, 3],
      ]),
    ).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12);
  });
});
