import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import { int, oneOf, real, withDefault } from "../../../compiler/schema/schema.ts";
import { hasCodebook } from "../elements.ts";
import { copyFit, emptyFit } from "./block-fit.ts";
import { type Candidate, descendRow, type RowProblem } from "./coordinate-descent.ts";
import { type BlockStores, makeBlockStores } from "./fit-ranges.ts";
import { readTask } from "./gptq-task.ts";
import { settle } from "./losses.ts";
import { refitRow } from "./refit-blocks.ts";
import { rowProblem, type Swept, sweepAgain, sweepTask, sweptValue } from "./swept-weight.ts";

/**
 * Codes and block numbers in turn, each the best for the other: a gptq sweep and coordinate descent for the codes,
 * the closed form for scales and zeros as they are stored. A row takes a turn only where its loss falls.
 * (Guo et al., decoupleQ, arXiv 2404.12759)
 */
export const decoupleQ = defineSolver({
  name: "decouple-q",
  summary: "Take turns between codes (gptq, coordinate descent) and the scales and zeros best for them.",
  options: {
    /** In units of the mean of the diagonal of H. */
    damping: withDefault(real({ above: 0 }), 0.01),
    /** Turns, at most. */
    rounds: withDefault(int({ min: 1 }), 8),
    /** Sweeps of coordinate descent in a turn, at most. */
    refine: withDefault(int({ min: 1 }), 4),
    target: withDefault(oneOf("weight", "output"), "weight"),
  },
  needs: ["secondMoment"],
  needsFor: ({ target }) => (target === "output" ? ["crossMoment"] : []),
  scope: "term",
  solve(problem, options) {
    const task = readTask("decouple-q", problem, options);
    if (isMismatch(task)) return task;
    if (hasCodebook(task.type.parameters.element)) return codebookRefused;
    const { damping } = options;
    const swept = sweepTask(task, { damping, order: "activation", scales: "hessian", block: 128 });
    if (isMismatch(swept)) return swept;
    const problems = takeTurns(swept, options);
    return problems ?? settle("decouple-q", "output", sweptValue(swept), { ...problem, weight: task.aim });
  },
});

const codebookRefused: Mismatch = mismatch(
  "decouple-q-element",
  "decouple-q fits scales and zeros to codes, and where the table is data that is what fits them",
  { hint: "use the solver codebook, or gptq" },
);

/** Changes the codes and the fit of a swept weight, row by row, for a smaller loss. */
function takeTurns(
  swept: Swept,
  { rounds, refine }: { readonly rounds: number; readonly refine: number },
): Mismatch | undefined {
  const { initial, sweep, task } = swept;
  const { parameters } = task.type;
  const stores = makeBlockStores(initial, parameters, sweep.single);
  if (isMismatch(stores)) return stores;
  const problem = rowProblem(swept);
  const losses = Float64Array.from({ length: sweep.rows }, (_, row) =>
    descendRow(problem, sweep, row, refine),
  );
  let active = Array.from({ length: sweep.rows }, (_, row) => row);
  for (let round = 0; round < rounds && active.length > 0; round++) {
    const kept = refitted(problem, swept, stores, active);
    const again: Candidate = { codes: sweepAgain(swept, kept.fit), fit: kept.fit };
    active = active.filter((row) => {
      const keptLoss = descendRow(problem, kept, row, refine);
      const againLoss = descendRow(problem, again, row, refine);
      const loss = Math.min(keptLoss, againLoss);
      // A gain of a rounding error would be taken for ever; one that is not a number never.
      if (!(loss < losses[row]! * (1 - GAIN))) return false;
      losses[row] = loss;
      copyRow(problem, againLoss < keptLoss ? again : kept, sweep, row);
      return true;
    });
  }
  return undefined;
}

/** Least gain, relative to the loss, for which a row takes a turn. */
const GAIN = 1e-6;

/** The codes as they are, with block numbers that fit them better in some rows. */
function refitted(
  problem: RowProblem,
  { sweep, task }: Swept,
  stores: BlockStores,
  rows: readonly number[],
): Candidate {
  const blocks = problem.rows * problem.groups;
  const fit = emptyFit(blocks);
  for (let block = 0; block < blocks; block++) copyFit(sweep.fit, block, fit, block);
  const candidate = { codes: sweep.codes.slice(), fit };
  for (const row of rows) refitRow(problem, task.type.parameters, stores, candidate, row);
  return candidate;
}

function copyRow({ codeColumns, groups }: RowProblem, from: Candidate, to: Candidate, row: number): void {
  to.codes.set(from.codes.subarray(row * codeColumns, (row + 1) * codeColumns), row * codeColumns);
  for (let block = row * groups; block < (row + 1) * groups; block++) copyFit(from.fit, block, to.fit, block);
}
