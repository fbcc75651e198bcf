import { type Awaitable, definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type InputStatistics, statisticsNeeded } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { typeAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, opAt, valueAt, walk } from "../../../compiler/ir/module.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { listOf, type Schema, string, withDefault } from "../../../compiler/schema/schema.ts";
import { linear } from "../../nn/ops/linear.ts";
import { linearSites } from "../linear-sites.ts";
import { get, param } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import { valueTypeSchema } from "../value-type.ts";
import { quantizeParams } from "./quantize-params.ts";
import { selectParams } from "./select-params.ts";
import { type BoundSolver, bindSolver, solverChoice } from "./solver-choice.ts";

const lowpType: Schema<DialectType> = {
  describe: "lowp type, such as !lowp.q<i4, block = [1, 32], scale = f16>",
  decode: (literal) => {
    const type = valueTypeSchema.decode(literal);
    return type?.kind === "dialect" ? type : undefined;
  },
  encode: typeAttribute,
};

/**
 * Puts the weights of linear ops into a lowp type; the ops see them dequantized. A solver that needs to
 * know the inputs works stage by stage: weights that share an input are solved together, and the next
 * ones see the inputs that the program gives with all earlier weights already quantized.
 */
export const quantizeWeights = definePass({
  name: "quantize-weights",
  summary: "Puts the weights of linear ops into a lowp type, rounding to nearest or by a solver.",
  options: {
    type: lowpType,
    solver: withDefault(solverChoice, { name: "rtn", options: {} }),
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "lossy", metric: "relative output difference" },
  run(module, { type, solver, only, skip }, context) {
    const bound = bindSolver(solver, context.registry);
    if (!bound.ok) return bound;
    const candidates = linearWeights(module);
    if (candidates.length === 0)
      return fail(
        error("nothing-to-quantize", "no nn.linear takes its weight from a dense parameter", {
          hint: "weights must come from lowp.get, and not be quantized already",
        }),
      );
    const { chosen, diagnostics } = selectParams(candidates, only, skip);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${candidates.length} weights`));
    return quantizeInStages(module, stagesOf(module, chosen, bound.value), type, bound.value, context);
  },
});

/** One stage where the inputs do not matter, else one per shared input, in the order of the file. */
function stagesOf(
  module: Module,
  chosen: readonly string[],
  { solver, options }: BoundSolver,
): readonly (readonly string[])[] {
  if (statisticsNeeded(solver, options).length === 0) return [chosen];
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
  type: DialectType,
  solver: BoundSolver,
  context: PassContext,
): Promise<Result<Module>> {
  let current = module;
  for (const [i, names] of stages.entries()) {
    context.progress(i, stages.length, names.join(", "));
    const statistics = await statisticsFor(current, names, solver, context);
    if (!statistics.ok) return statistics;
    const next = quantizeParams(current, names, { type, solver, statistics: statistics.value }, context);
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
        hint: "give a text with --calibration FILE",
      },
    ),
  );
}

/** Names of the dense parameters that are weights of a linear op, in the order of the file. */
function linearWeights(module: Module): readonly string[] {
  const names = new Set<string>();
  for (const op of walk(module)) {
    if (!linear.is(op)) continue;
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
