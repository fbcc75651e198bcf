import { type Awaitable, definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type InputStatistics, statisticsNeeded } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, opAt, valueAt, walk } from "../../../compiler/ir/module.ts";
import { DYNAMIC } from "../../../compiler/ir/types.ts";
import { listOf, string, withDefault } from "../../../compiler/schema/schema.ts";
import { conv2d } from "../../nn/ops/convolution.ts";
import { linear } from "../../nn/ops/linear.ts";
import { linearSites } from "../linear-sites.ts";
import { get, param } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import { seedProblems, seedSchema } from "../stochastic.ts";
import { lowpType } from "../value-type.ts";
import { type Quantization, quantizeParams } from "./quantize-params.ts";
import { selectParams } from "./select-params.ts";
import { type BoundSolver, bindSolver, solverChoice } from "./solver-choice.ts";

/**
 * Puts the weights of linear ops and convolutions into a lowp type; the ops see them dequantized. A type of matrices
 * takes kernels as rows [out, in · height · width]. A solver that needs the inputs works stage by stage: weights that
 * share an input are solved together, and later ones see the inputs that the quantized ones before them give.
 */
export const quantizeWeights = definePass({
  name: "quantize-weights",
  summary:
    "Puts the weights of linear ops and convolutions into a lowp type, rounding to nearest or by a solver.",
  options: {
    type: lowpType,
    solver: withDefault(solverChoice, { name: "rtn", options: {} }),
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
    seed: seedSchema, // of a type that rounds stochastically
  },
  contract: { kind: "lossy", metric: "relative output difference" },
  run(module, { type, solver, only, skip, seed }, context) {
    const bound = bindSolver(solver, context.registry);
    if (!bound.ok) return bound;
    const [wrongSeed] = seedProblems(type, [DYNAMIC, DYNAMIC], seed);
    if (wrongSeed) return fail({ severity: "error", span: undefined, ...wrongSeed });
    const candidates = linearWeights(module);
    if (candidates.length === 0)
      return fail(
        error("nothing-to-quantize", "no nn.linear or nn.conv2d takes its weight from a dense parameter", {
          hint: "weights must come from lowp.get, and not be quantized already",
        }),
      );
    const { chosen, diagnostics } = selectParams(candidates, only, skip);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${candidates.length} weights`));
    const stages = stagesOf(module, chosen, bound.value);
    return quantizeInStages(module, stages, { type, solver: bound.value, seed }, context);
  },
});

/** One stage where the inputs do not matter, else one per shared input, in the order of the file. */
function stagesOf(
  module: Module,
  chosen: readonly string[],
  { solver, options }: BoundSolver,
): readonly (readonly string[])[] {
  return statisticsNeeded(solver, options).length === 0 ? [chosen] : stagesByInput(module, chosen);
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
  quantization: Pick<Quantization, "type" | "solver" | "seed">,
  context: PassContext,
): Promise<Result<Module>> {
  let current = module;
  const { solver } = quantization.solver;
  const total = stages.reduce((count, names) => count + names.length, 0);
  let done = 0;
  const finished = (name: string) => context.progress(++done, total, `${name} (${solver.name})`);
  for (const names of stages) {
    context.progress(done, total, `${names[0]} (${solver.name})`);
    const statistics = await statisticsFor(current, names, quantization.solver, context);
    if (!statistics.ok) return statistics;
    const next = await quantizeParams(
      current,
      names,
      { ...quantization, statistics: statistics.value, finished },
      context,
    );
    if (!next.ok) return next;
    current = next.value;
  }
  return ok(current);
}

function statisticsFor(
  module: Module,
  names: readonly string[],
  { solver, options }: BoundSolver,
  { calibration }: PassContext,
): Awaitable<Result<ReadonlyMap<string, InputStatistics>>> {
  const needs = statisticsNeeded(solver, options);
  if (needs.length === 0) return ok(new Map());
  if (calibration) return calibration.statistics(module, names, needs);
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

/** Names of the dense parameters that are weights of a linear op or convolution, in the order of the file. */
export function linearWeights(module: Module): readonly string[] {
  const names = new Set<string>();
  for (const op of walk(module)) {
    if (!linear.is(op) && !conv2d.is(op)) continue;
    const { definedBy } = valueAt(module, op.operands.weight);
    const producer = definedBy === undefined ? undefined : opAt(module, definedBy);
    if (producer && get.is(producer)) names.add(producer.attributes.param.join("::"));
  }
  return [...walk(module)].flatMap((op) =>
    param.is(op) && names.has(op.attributes.sym_name) && isDenseFloat(op) ? [op.attributes.sym_name] : [],
  );
}

const isDenseFloat = ({ attributes: { type } }: ParamOp): boolean =>
  type.kind === "tensor" && type.element.kind === "float";
