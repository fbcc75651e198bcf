import type { PassContext } from "../../../compiler/define/pass.ts";
import { type InputStatistics, statisticsNeeded } from "../../../compiler/define/solver.ts";
import { type Diagnostic, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { linearSites } from "../linear-sites.ts";
import type { ParamOp } from "../params.ts";
import { measureInputs } from "../passes/input-statistics.ts";
import type { FormatChoice } from "./choices.ts";
import { noCalibration, type Sensitivity } from "./sensitivity.ts";
import { solveChoice } from "./solved-weight.ts";

/** A weight and the types it may be put into, at least one. */
export interface Candidate {
  readonly weight: ParamOp;
  readonly choices: readonly FormatChoice[];
}

/** A weight in a type: what it takes, and what it does to the program while all others are as they were. */
export interface MeasuredChoice {
  readonly choice: FormatChoice;
  readonly bytes: number;
  readonly loss: number;
}

export interface MeasuredWeight {
  readonly weight: ParamOp;
  readonly choices: readonly MeasuredChoice[];
}

/**
 * Measures every weight in every type that it may have, in program order, so that runs of the program go on from one
 * to the next. Inputs are those of the program as it is. Costs a solved weight for each, and where the sensitivity
 * runs the program, a run from the weight on.
 */
export async function measureChoices(
  module: Module,
  candidates: readonly Candidate[],
  sensitivity: Sensitivity,
  context: PassContext,
): Promise<Result<readonly MeasuredWeight[]>> {
  if (sensitivity.runs && !context.calibration) return fail(noCalibration(`sensitivity ${sensitivity.name}`));
  const total = candidates.reduce((count, { choices }) => count + choices.length, 0);
  let done = 0;
  const measured = new Map<ParamOp, MeasuredWeight>();
  const problems: Diagnostic[] = [];
  for (const site of sitesOf(module, candidates)) {
    const statistics = await statisticsOf(module, site, sensitivity, context);
    if (!statistics.ok) return statistics;
    for (const { weight, choices } of site) {
      const symbol = weight.attributes.sym_name;
      context.progress(done, total, `${symbol} (${sensitivity.name})`);
      const found = statistics.value.get(symbol);
      const solved = await Promise.all(
        choices.map((choice) =>
          solveChoice(module, weight, choice, needsInputs(choice) ? found : undefined, context),
        ),
      );
      const outcomes: MeasuredChoice[] = [];
      for (const [i, each] of solved.entries()) {
        const loss = each.ok
          ? await sensitivity.measure({ module, symbol, solved: each.value, statistics: found }, context)
          : each;
        context.progress(++done, total, `${symbol} (${sensitivity.name})`);
        if (loss.ok && each.ok)
          outcomes.push({ choice: choices[i]!, bytes: each.value.bytes, loss: loss.value });
        else if (!loss.ok) problems.push(...loss.diagnostics);
      }
      measured.set(weight, { weight, choices: outcomes });
      // Data that are missing are missing for all weights.
      if (problems.length > 0) return fail(...problems);
    }
  }
  return ok(candidates.map(({ weight }) => measured.get(weight)!));
}

const needsInputs = ({ solver: { solver, options } }: FormatChoice): boolean =>
  statisticsNeeded(solver, options).length > 0;

/** Candidates that see one input together, in program order; their statistics are held at once, no others. */
function sitesOf(module: Module, candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const sites = new Map<string, readonly Candidate[]>();
  for (const { symbol, aliases } of linearSites(module).values())
    sites.set(
      symbol,
      candidates.filter(({ weight: { attributes } }) => [symbol, ...aliases].includes(attributes.sym_name)),
    );
  // A grouped convolution has no site: nothing is known of its inputs.
  const placed = new Set([...sites.values()].flat());
  const others = candidates.filter((candidate) => !placed.has(candidate)).map((candidate) => [candidate]);
  return [...[...sites.values()].filter((site) => site.length > 0), ...others];
}

async function statisticsOf(
  module: Module,
  site: readonly Candidate[],
  sensitivity: Sensitivity,
  context: PassContext,
): Promise<Result<ReadonlyMap<string, InputStatistics>>> {
  const solvers = site.flatMap(({ choices }) => choices.map(({ solver }) => solver));
  const bySolvers = solvers.flatMap(({ solver, options }) => statisticsNeeded(solver, options));
  const needs = [...new Set([...sensitivity.needs, ...bySolvers])];
  if (needs.length === 0) return ok(new Map());
  const asking = solvers.find(({ solver, options }) => statisticsNeeded(solver, options).length > 0);
  const asker =
    sensitivity.needs.length > 0 || !asking
      ? `sensitivity ${sensitivity.name}`
      : `solver ${asking.solver.name}`;
  const symbols = site.map(({ weight }) => weight.attributes.sym_name);
  return measureInputs(module, symbols, { needs, asker }, context);
}
