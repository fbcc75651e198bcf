import { checkProblem } from "../../allocation/check-problem.ts";
import type { AllocationProblem } from "../../allocation/problem.ts";
import { type AllocationMethod, allocationSolvers } from "../../allocation/solvers/index.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { readWholeFile } from "../../import/open-file.ts";
import { type Io, resolvePath } from "../io.ts";
import { type BudgetChange, parseBudget, parseSweep, type SweepRange } from "./options.ts";

export interface AllocateOptions {
  readonly solver: string;
  readonly budget: readonly string[];
  readonly sweep?: string;
  readonly seed?: number;
  readonly timeLimit?: number;
  readonly output?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/** What is to be solved, and how. */
export interface Job {
  readonly problem: AllocationProblem;
  readonly method: AllocationMethod;
  readonly sweep: SweepRange | undefined;
}

/** Reads the problem and what the options change of it. Codes: `allocate-*`, and those of `checkProblem`. */
export function jobOf(io: Io, path: string, options: AllocateOptions): Result<Job> {
  const { solver, seed, timeLimit, plot } = options;
  const faults: Diagnostic[] = [];
  const names = allocationSolvers.map(({ name }) => name);
  if (!names.includes(solver))
    faults.push(
      error("allocate-solver", `there is no solver ${solver}`, { hint: didYouMean(solver, names) }),
    );
  if (seed !== undefined && solver !== "evolutionary") faults.push(withoutEffect("--seed", "evolutionary"));
  if (timeLimit !== undefined && solver !== "ilp") faults.push(withoutEffect("--time-limit", "ilp"));
  if (plot !== undefined && options.sweep === undefined)
    faults.push(error("allocate-plot", "--plot draws a sweep", { hint: "add --sweep METRIC=FROM:TO:STEPS" }));
  const budgets = options.budget.map(parseBudget);
  const sweep = options.sweep === undefined ? ok(undefined) : parseSweep(options.sweep);
  for (const parsed of [...budgets, sweep]) if (!parsed.ok) faults.push(...parsed.diagnostics);
  const json = readJson(resolvePath(io, path), path);
  if (!json.ok) faults.push(...json.diagnostics);
  if (faults.length > 0 || !json.ok || !sweep.ok) return fail(...faults);
  const changes = budgets.flatMap((budget) => (budget.ok ? [budget.value] : []));
  const problem = changed(json.value, changes, sweep.value);
  if (!problem.ok) return problem;
  const checked = checkProblem(problem.value);
  if (!checked.ok) return checked;
  const method = {
    solver,
    ...(seed !== undefined && { seed }),
    ...(timeLimit !== undefined && { seconds: timeLimit }),
  };
  return ok({ problem: checked.value, method, sweep: sweep.value });
}

const withoutEffect = (option: string, solver: string): Diagnostic =>
  error("allocate-option", `${option} is an option of the solver ${solver}`, {
    hint: `add --solver ${solver}`,
  });

function readJson(file: string, path: string): Result<unknown> {
  const bytes = readWholeFile(file);
  if (!bytes.ok) return bytes;
  try {
    return ok(JSON.parse(new TextDecoder().decode(bytes.value)) as unknown);
  } catch (problem) {
    return fail(
      error(
        "allocation-json",
        `${path} is no JSON: ${problem instanceof Error ? problem.message : problem}`,
        {
          hint: 'the file holds {"items": […], "budgets": {…}}; see examples/allocation/resnet18.json',
        },
      ),
    );
  }
}

/** The problem with other budgets, as far as it is one. */
function changed(
  json: unknown,
  changes: readonly BudgetChange[],
  sweep: SweepRange | undefined,
): Result<unknown> {
  if (typeof json !== "object" || json === null) return ok(json);
  const given = "budgets" in json && typeof json.budgets === "object" ? json.budgets : {};
  const budgets = new Map<string, unknown>(Object.entries(given ?? {}));
  const faults: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const { metric, amount } of changes) {
    if (seen.has(metric) || metric === sweep?.metric)
      faults.push(
        error("allocate-budget", `the budget of ${metric} is given twice`, { hint: "leave one out" }),
      );
    seen.add(metric);
    if (amount !== undefined) budgets.set(metric, amount);
    else if (!budgets.delete(metric))
      faults.push(
        error("allocate-budget", `--budget ${metric}=none: the file has no such budget`, {
          hint: didYouMean(metric, [...budgets.keys()]),
        }),
      );
  }
  if (sweep) budgets.set(sweep.metric, sweep.amounts[0]);
  return faults.length > 0 ? fail(...faults) : ok({ ...json, budgets: Object.fromEntries(budgets) });
}
