// npm run accuracy:allocation [-- --missing]: the loss of the example model when formats are chosen weight by weight.
// Figures are kept in bench/results/allocation.json; docs/allocation.md and its plot are written anew from them.
import { join } from "node:path";
import { writeText } from "../accuracy/results.ts";
import { root } from "../accuracy/root.ts";
import {
  budgets,
  CURVE_TOKENS,
  compared,
  GOAL_TOKENS,
  goalBudgets,
  ROUNDS,
  rotatedBudgets,
} from "./formats.ts";
import { floatLossOf, measureBudget, measureItems } from "./measure.ts";
import { measureRotated, measureRounds } from "./measure-rounds.ts";
import { allocationPage } from "./page.ts";
import { type AllocationResults, loadResults, type RoundsRow, riseOf, saveResults } from "./results.ts";

const onlyMissing = process.argv.includes("--missing");
const empty: AllocationResults = { floatLosses: {}, items: {}, rows: [], rounds: [], rotated: [] };
let results = { ...empty, ...(onlyMissing ? loadResults() : undefined) };

/** Written down at once, so that an interrupted run goes on with --missing. */
function keep(more: Partial<AllocationResults>): void {
  results = { ...results, ...more };
  saveResults(results);
}

for (const tokens of [GOAL_TOKENS, CURVE_TOKENS])
  if (results.floatLosses[tokens] === undefined)
    keep({ floatLosses: { ...results.floatLosses, [tokens]: await floatLossOf(tokens) } });

for (const sensitivity of compared)
  if (!results.items[sensitivity])
    keep({ items: { ...results.items, [sensitivity]: await measureItems(sensitivity) } });

const wanted = [
  ...goalBudgets.map((budget) => ({ sensitivity: compared[0], budget, tokens: GOAL_TOKENS })),
  ...budgets.map((budget) => ({ sensitivity: compared[0], budget, tokens: CURVE_TOKENS })),
  ...compared
    .slice(1)
    .flatMap((sensitivity) => goalBudgets.map((budget) => ({ sensitivity, budget, tokens: CURVE_TOKENS }))),
];
for (const { sensitivity, budget, tokens } of wanted) {
  const isThere = results.rows.some(
    (row) => row.sensitivity === sensitivity && row.budget === budget && row.tokens === tokens,
  );
  if (isThere) continue;
  const row = await measureBudget(sensitivity, results.items[sensitivity]!, { budget, tokens });
  keep({ rows: [...results.rows, row] });
  const rise = riseOf(row, results).toFixed(5);
  console.log(`${sensitivity} ${budget} bits, ${tokens} tokens: ${row.bits.toFixed(4)} used, loss +${rise}`);
}
const lacking = (rows: readonly RoundsRow[], all: readonly number[]) =>
  all.filter((budget) => !rows.some((row) => row.budget === budget));
const tell = (what: string, row: RoundsRow) =>
  console.log(`${what}${ROUNDS} rounds, ${row.budget} bits: loss +${riseOf(row, results).toFixed(5)}`);
await measureRounds(lacking(results.rounds, goalBudgets), (row) => {
  keep({ rounds: [...results.rounds, row] });
  tell("", row);
});
await measureRotated(lacking(results.rotated, Object.keys(rotatedBudgets).map(Number)), (row) => {
  keep({ rotated: [...results.rotated, row] });
  tell("rotated, ", row);
});
for (const [name, text] of Object.entries(await allocationPage(results)))
  writeText(join(root, "docs", name), text);
