import { describeInfeasible, describeRefused } from "../../allocation/describe.ts";
import type { AllocationOutcome, AllocationProblem } from "../../allocation/problem.ts";
import { allocationSolvers } from "../../allocation/solvers/index.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeAll, writeAside } from "../../export/write-aside.ts";
import { type AllocateOptions, type Job, jobOf } from "../allocation/job.ts";
import { type Swept, showSolution, showSweep, solutionJson, sweepJson } from "../allocation/show.ts";
import type { AddCommand } from "../command.ts";
import { FAILED, type Io, OK, report, resolvePath, shownPath } from "../io.ts";
import { collect, positiveInteger } from "../options.ts";
import { progressOn } from "../progress.ts";
import { renderSvg } from "../report/chart.ts";
import { frontChart } from "../report/front-chart.ts";
import { allocationThread } from "../solving/allocation-thread.ts";

export const allocateCommand: AddCommand = (program, { io, finish }) => {
  program
    .command("allocate")
    .description("choose formats within budgets, with proof")
    .argument("<file>", "JSON problem: items with their choices, budgets, ties, pairs")
    .option("--solver <name>", allocationSolvers.map(({ name }) => name).join(", "), "ilp")
    .option(
      "--budget <metric=amount>",
      "replaces a budget of the file, or =none drops it; repeatable",
      collect,
      [],
    )
    .option("--sweep <metric=from:to:steps>", "solve for so many budgets of one metric")
    .option("--seed <number>", "of the solver evolutionary (default: 0)", positiveInteger)
    .option(
      "--time-limit <seconds>",
      "what HiGHS may take in the solver ilp (default: none)",
      positiveInteger,
    )
    .option("-o, --output <file>", "JSON file to write the result into")
    .option("--plot <file>", "SVG file for the loss by budget of a sweep")
    .option("--json", "print the result as JSON")
    .action(async (path: string, options: AllocateOptions) => finish(await allocate(io, path, options)));
};

async function allocate(io: Io, path: string, options: AllocateOptions): Promise<number> {
  const job = jobOf(io, path, options);
  const result = job.ok ? await solve(io, job.value) : job;
  const shown = result.ok ? await show(io, options, result.value) : result;
  if (shown.ok) return OK;
  report(io, shown.diagnostics, new Map());
  return FAILED;
}

interface Solved {
  readonly problem: AllocationProblem;
  readonly outcome: AllocationOutcome | undefined;
  readonly swept: Swept | undefined;
}

async function solve(io: Io, { problem, method, sweep }: Job): Promise<Result<Solved>> {
  const thread = allocationThread();
  const progress = progressOn(io, "allocate");
  const total = sweep?.amounts.length ?? 1;
  const started = performance.now();
  let done = 0;
  const clock = setInterval(
    () => progress.show(done, total, `after ${Math.round((performance.now() - started) / 1000)} s`),
    1000,
  );
  try {
    const outcomeFor = async (budgets: AllocationProblem["budgets"]): Promise<AllocationOutcome> => {
      const outcome = await thread.solve({ problem: { ...problem, budgets }, method });
      done++;
      return outcome;
    };
    if (!sweep) return ok({ problem, outcome: await outcomeFor(problem.budgets), swept: undefined });
    const points: Swept["points"][number][] = [];
    for (const budget of sweep.amounts)
      points.push({ budget, outcome: await outcomeFor({ ...problem.budgets, [sweep.metric]: budget }) });
    return ok({ problem, outcome: undefined, swept: { metric: sweep.metric, points } });
  } finally {
    clearInterval(clock);
    progress.end();
    await thread.close();
  }
}

/** Prints and writes what was found; an error where nothing was. */
async function show(
  io: Io,
  options: AllocateOptions,
  { problem, outcome, swept }: Solved,
): Promise<Result<void>> {
  if (outcome?.kind === "infeasible") return fail(describeInfeasible(problem, outcome));
  if (outcome?.kind === "refused") return fail(describeRefused(outcome));
  if (swept?.points.every((point) => point.outcome.kind !== "solution")) {
    const { budget, outcome: last } = swept.points.at(-1)!;
    const budgets = { ...problem.budgets, [swept.metric]: budget };
    if (last.kind === "refused") return fail(describeRefused(last));
    if (last.kind === "infeasible") return fail(describeInfeasible({ ...problem, budgets }, last));
  }
  const data = JSON.stringify(swept ? sweepJson(swept) : outcome && solutionJson(outcome), null, 2);
  io.out(
    options.json ? `${data}\n` : swept ? showSweep(swept) : outcome ? showSolution(problem, outcome) : "",
  );
  const written = options.output === undefined ? ok(undefined) : write(io, options.output, `${data}\n`);
  if (!written.ok || options.plot === undefined || !swept) return written;
  return write(io, options.plot, await renderSvg(chartOf(swept)));
}

const chartOf = ({ metric, points }: Swept) =>
  frontChart(
    metric,
    points.flatMap(({ budget, outcome }) =>
      outcome.kind === "solution"
        ? [{ budget, loss: outcome.loss, isProven: outcome.proof === "optimal" }]
        : [],
    ),
  );

function write(io: Io, name: string, text: string): Result<void> {
  const path = resolvePath(io, name);
  const written = writeAside(path, (file) => writeAll(file, new TextEncoder().encode(text)));
  if (written.ok) io.err(`wrote ${shownPath(io, path)}\n`);
  return written;
}
