import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import { type Diagnostic, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { linearSites } from "../linear-sites.ts";
import { measureInputs } from "../passes/input-statistics.ts";
import type { Candidate } from "./measure.ts";
import type { Sensitivity } from "./sensitivity.ts";
import type { SolvedWeight, WeightChange } from "./weight-change.ts";

/** A weight under each of its changes. */
export interface SolvedCandidate {
  readonly candidate: Candidate;
  readonly choices: readonly { readonly choice: WeightChange; readonly solved: SolvedWeight }[];
  /** Of its inputs, where a change or the sensitivity needs them. */
  readonly statistics: InputStatistics | undefined;
}

/** Weights in program order, each changed when it is asked for; ends with the first that fails. */
export async function* solveCandidates(
  module: Module,
  candidates: readonly Candidate[],
  sensitivity: Sensitivity,
  context: PassContext,
): AsyncGenerator<Result<SolvedCandidate>> {
  for (const site of sitesOf(module, candidates)) {
    const statistics = await statisticsOf(module, site, sensitivity, context);
    if (!statistics.ok) return yield statistics;
    for (const candidate of site) {
      const found = statistics.value.get(candidate.weight.attributes.sym_name);
      const solved = await solveAll(module, candidate, found, context);
      yield solved;
      if (!solved.ok) return;
    }
  }
}

async function solveAll(
  module: Module,
  candidate: Candidate,
  statistics: InputStatistics | undefined,
  context: PassContext,
): Promise<Result<SolvedCandidate>> {
  const results = await Promise.all(
    candidate.choices.map((choice) =>
      choice.apply(module, candidate.weight, choice.needs.length > 0 ? statistics : undefined, context),
    ),
  );
  const problems: Diagnostic[] = [];
  const choices = results.flatMap((result, i) => {
    if (result.ok) return [{ choice: candidate.choices[i]!, solved: result.value }];
    problems.push(...result.diagnostics);
    return [];
  });
  return problems.length > 0 ? fail(...problems) : ok({ candidate, choices, statistics });
}

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
  const all = site.flatMap(({ choices }) => choices);
  const needs = [...new Set([...sensitivity.needs, ...all.flatMap((choice) => choice.needs)])];
  if (needs.length === 0) return ok(new Map());
  const asking = all.find((choice) => choice.needs.length > 0);
  const asker = sensitivity.needs.length > 0 || !asking ? `sensitivity ${sensitivity.name}` : asking.asker;
  const symbols = site.map(({ weight }) => weight.attributes.sym_name);
  return measureInputs(module, symbols, { needs, asker }, context);
}
