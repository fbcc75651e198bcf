// npm run bench:allocation: processor time to choose among 5 formats for each layer within two budgets, with proof.
import Table from "cli-table3";
import { begin } from "../compiler/allocation/begin.ts";
import { minimumOf } from "../compiler/allocation/minimum.ts";
import { solutionOf } from "../compiler/allocation/outcome.ts";
import { prepare } from "../compiler/allocation/prepare.ts";
import type { AllocationProblem } from "../compiler/allocation/problem.ts";
import { type Synthetic, syntheticProblem } from "./allocation-problem.ts";

const SEEDS = [1, 2, 3];
/** Seconds that each size may take. */
const SIZES = [
  [224, 1.1],
  [1000, 3],
  [5000, 15],
] as const;
/** Both budgets bind; the second pair leaves more of one. */
const BUDGETS: readonly Synthetic["budgets"][] = [
  { bytes: 0.4, cycles: 0.37 },
  { bytes: 0.25, cycles: 0.3 },
];

async function measure(problem: AllocationProblem) {
  const before = process.cpuUsage();
  const prepared = prepare(problem);
  const begun = await begin(prepared);
  if (begun.kind !== "begun") throw new Error(begun.kind);
  const minimum = await minimumOf(prepared.compact, { start: begun.columns, relaxation: begun.relaxation });
  const { user, system } = process.cpuUsage(before);
  const solution = solutionOf(prepared, {
    solver: "ilp",
    columns: minimum.columns ?? begun.columns,
    bound: minimum.bound,
  });
  return { seconds: (user + system) / 1e6, solution, eliminated: minimum.eliminated };
}

// HiGHS starts once, and the engine takes a while to compile the searches.
for (const budgets of BUDGETS) await measure(syntheticProblem({ layers: SIZES[0][0], seed: 0, budgets }));
const table = new Table({
  head: ["layers", "budgets", "seed", "seconds", "target", "columns gone", "gap", "proof"],
  colAligns: ["right", "left", "right", "right", "right", "right", "right", "left"],
  style: { head: [], border: [] },
});
for (const [layers, target] of SIZES)
  for (const budgets of BUDGETS)
    for (const seed of SEEDS) {
      const { seconds, solution, eliminated } = await measure(syntheticProblem({ layers, seed, budgets }));
      table.push([
        layers,
        Object.entries(budgets)
          .map(([metric, part]) => `${metric} ${part}`)
          .join(", "),
        seed,
        seconds.toFixed(2),
        target.toFixed(1),
        `${(100 * eliminated).toFixed(1)} %`,
        solution.loss - solution.bound,
        solution.proof,
      ]);
    }
console.log("5 choices for each layer; budgets as parts of the way from the least total to the largest");
console.log(table.toString());
