import { type Awaitable, definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type InputStatistics, statisticsNeeded } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { listOf, optional, string, withDefault } from "../../../compiler/schema/schema.ts";
import { linearSites } from "../linear-sites.ts";
import { seedSchema } from "../stochastic.ts";
import { explainWeights } from "./explain-selection.ts";
import { type ParamGoal, type Quantization, quantizeParams } from "./quantize-params.ts";
import { selectParams } from "./select-params.ts";
import { solverChoice } from "./solver-choice.ts";
import { plannedOrType, quantizableWeights, weightGoals } from "./weight-goals.ts";

/**
 * Puts the weights of linear ops and convolutions into a lowp type; the ops see them dequantized. A type of matrices
 * takes kernels as rows [out, in · height · width]. A solver that needs the inputs works stage by stage: weights that
 * share an input are solved together, and later ones see the inputs that the quantized ones before them give.
 * With `type=allocated` each weight that has an attribute `allocated` gets that type, by the solver given, or by that
 * of its attribute `solver`; the other weights stay as they are.
 */
export const quantizeWeights = definePass({
  name: "quantize-weights",
  summary:
    "Puts the weights of linear ops and convolutions into a lowp type, rounding to nearest or by a solver.",
  options: {
    type: plannedOrType,
    solver: optional(solverChoice), // rtn, or what the allocation says
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
    seed: seedSchema, // of a type that rounds stochastically
  },
  explains: "weights of linear ops and convolutions",
  contract: { kind: "lossy", metric: "relative output difference" },
  run(module, { type, solver, only, skip, seed }, context) {
    const candidates = quantizableWeights(module, type);
    if (!candidates.ok) return candidates;
    const names = candidates.value.map(({ attributes }) => attributes.sym_name);
    const { chosen, diagnostics } = selectParams(names, only, skip);
    if (context.explain)
      explainWeights(module, { candidates: names, only, skip }, "quantize", context.explain);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${names.length} weights`));
    const goals = weightGoals(
      candidates.value.filter(({ attributes }) => chosen.includes(attributes.sym_name)),
      { type, solver, seed },
      context.registry,
    );
    if (!goals.ok) return goals;
    return quantizeInStages(module, stagesOf(module, goals.value), { goals: goals.value, seed }, context);
  },
});

const needsOf = (names: readonly string[], goals: ReadonlyMap<string, ParamGoal>) => [
  ...new Set(
    names.flatMap((name) => {
      const { solver, options } = goals.get(name)!.solver;
      return statisticsNeeded(solver, options);
    }),
  ),
];

/** One stage where the inputs do not matter, else one per shared input, in the order of the file. */
function stagesOf(module: Module, goals: ReadonlyMap<string, ParamGoal>): readonly (readonly string[])[] {
  const chosen = [...goals.keys()];
  return needsOf(chosen, goals).length === 0 ? [chosen] : stagesByInput(module, chosen);
}

/** Weights that share an input together, in the order of the file. */
export function stagesByInput(module: Module, chosen: readonly string[]): readonly (readonly string[])[] {
  const stages = new Map<string, readonly string[]>();
  for (const { symbol, aliases } of linearSites(module).values())
    stages.set(
      symbol,
      [symbol, ...aliases].filter((name) => chosen.includes(name)),
    );
  return [...stages.values()].filter((stage) => stage.length > 0);
}

async function quantizeInStages(
  module: Module,
  stages: readonly (readonly string[])[],
  { goals, seed }: Pick<Quantization, "goals" | "seed">,
  context: PassContext,
): Promise<Result<Module>> {
  let current = module;
  const total = goals.size;
  const labelOf = (name: string) => `${name} (${goals.get(name)!.solver.solver.name})`;
  let done = 0;
  const finished = (name: string) => context.progress(++done, total, labelOf(name));
  for (const names of stages) {
    context.progress(done, total, labelOf(names[0]!));
    const statistics = await statisticsFor(current, names, goals, context);
    if (!statistics.ok) return statistics;
    const quantization = { goals, seed, statistics: statistics.value, finished };
    const next = await quantizeParams(current, names, quantization, context);
    if (!next.ok) return next;
    current = next.value;
  }
  return ok(current);
}

function statisticsFor(
  module: Module,
  names: readonly string[],
  goals: ReadonlyMap<string, ParamGoal>,
  { calibration }: PassContext,
): Awaitable<Result<ReadonlyMap<string, InputStatistics>>> {
  const needs = needsOf(names, goals);
  if (needs.length === 0) return ok(new Map());
  if (calibration) return calibration.statistics(module, names, needs);
  const { solver } = goals.get(names.find((name) => needsOf([name], goals).length > 0)!)!.solver;
  return fail(
    error(
      "calibration-missing",
      `solver ${solver.name} needs to know the inputs of the weights, and there is no calibration data`,
      {
        hint: "give a text, or examples, with --calibration FILE",
      },
    ),
  );
}
