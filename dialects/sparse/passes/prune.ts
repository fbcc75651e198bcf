import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { floatAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType, Type } from "../../../compiler/ir/types.ts";
import { elementCount } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, oneOf, optional, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { param } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { calibratedProvenance, measureInputs } from "../../lowp/passes/input-statistics.ts";
import { stagesByInput } from "../../lowp/passes/quantize-weights.ts";
import { selectParams } from "../../lowp/passes/select-params.ts";
import { linearWeights } from "../../lowp/passes/weight-goals.ts";
import { runProblems } from "../../lowp/sparse-kind-laws.ts";
import { describePattern, prunePatternProblems, prunePatternSchema, runOf } from "../prune-pattern.ts";
import { type PruneGoal, pruneWeight } from "../prune-weight.ts";

const options = {
  pattern: prunePatternSchema,
  /** Share that becomes zero, rounded down; one half where left out. N:M says it by itself. */
  sparsity: optional(real({ above: 0 })),
  score: withDefault(oneOf("magnitude", "wanda", "obs"), "magnitude"),
  /** pruned, where left out: later weights see what the pruned ones before them give. dense: what it was before. */
  inputs: optional(oneOf("pruned", "dense")),
  /** Of obs, in units of the mean of the diagonal of H; 0.01 where left out. */
  damping: optional(real({ above: 0 })),
  only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
  skip: withDefault(listOf(string), []),
};

/**
 * Sets weights of linear ops and convolutions to zero, in a pattern along the rows [out, in · height · width]. Scores
 * that look at inputs prune stage by stage: weights that share an input together, later ones seeing what these give.
 * Parameters keep their type, but for obs, whose remaining weights change; they become f32, or stay f64.
 */
export const prune = definePass({
  name: "prune",
  summary: "Sets the least important weights of linear ops and convolutions to zero.",
  options,
  contract: { kind: "lossy", metric: "relative output difference" },
  async run(module, given, context) {
    const [refused] = [...prunePatternProblems(given.pattern), ...optionProblems(given)];
    if (refused) return fail({ severity: "error", span: undefined, ...refused });
    const candidates = linearWeights(module).map(({ attributes }) => attributes.sym_name);
    if (candidates.length === 0)
      return fail(
        error("nothing-to-prune", "no nn.linear or nn.conv2d takes its weight from a dense parameter", {
          hint: "weights must come from lowp.get; prune before they are quantized",
        }),
      );
    const { chosen, diagnostics } = selectParams(candidates, given.only, given.skip);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${candidates.length} weights`));
    const unfit = chosen.flatMap((name) => shapeProblems(module, name, given));
    return unfit.length > 0 ? fail(...unfit) : pruneInStages(module, chosen, given, context);
  },
});

type Given = Pick<PruneGoal, "pattern" | "score"> & {
  readonly sparsity: number | undefined;
  readonly inputs: "pruned" | "dense" | undefined;
  readonly damping: number | undefined;
};

/** Options that say nothing here, and a share that is none. */
function optionProblems({ pattern, sparsity, score, inputs, damping }: Given): readonly Mismatch[] {
  const problems: Mismatch[] = [];
  const idle = (option: string, why: string) =>
    problems.push(mismatch("no-effect", `${option} has no effect: ${why}`, { hint: `leave ${option} out` }));
  if (sparsity !== undefined && pattern.kind === "nm")
    idle("sparsity", `${describePattern(pattern)} says how many weights stay`);
  if (sparsity !== undefined && !(sparsity < 1))
    problems.push(mismatch("sparsity", `sparsity is ${sparsity}, expected a share above 0 and below 1`));
  if (inputs !== undefined && score === "magnitude") idle("inputs", "score = magnitude looks at none");
  if (damping !== undefined && score !== "obs") idle("damping", `score = ${score} inverts no matrix`);
  return problems;
}

function shapeProblems(module: Module, name: string, { pattern }: Given) {
  const { attributes, span } = paramOf(module, name);
  const [, columns] = matrixShape(attributes.type);
  return runProblems(runOf(pattern), describePattern(pattern), 1, columns).map((problem) =>
    error(problem.code, `@${name}: ${problem.message}`, { span, hint: `skip @${name}` }),
  );
}

async function pruneInStages(
  module: Module,
  chosen: readonly string[],
  given: Given,
  context: PassContext,
): Promise<Result<Module>> {
  const { score, inputs } = given;
  const blind = score === "magnitude";
  const measure = (current: Module, names: readonly string[]) =>
    measureInputs(current, names, { needs: ["secondMoment"], asker: `prune by ${score}` }, context);
  const before = blind ? ok(new Map()) : inputs === "dense" ? await measure(module, chosen) : undefined;
  const stages = before ? [chosen] : stagesByInput(module, chosen);
  const counts = { pruned: 0, weights: 0, changed: 0 };
  let current = module;
  let done = 0;
  for (const names of stages) {
    context.progress(done, chosen.length, `${names[0]} (${score})`);
    const statistics = before ?? (await measure(current, names));
    if (!statistics.ok) return statistics;
    const next = pruneStage(current, names, { given, statistics: statistics.value, counts }, context);
    if (!next.ok) return next;
    current = next.value;
    done += names.length;
    context.progress(done, chosen.length, `${names.at(-1)} (${score})`);
  }
  if (counts.changed === 0)
    return fail(
      error("nothing-to-prune", `the weights are ${describePattern(given.pattern)} already`, {
        hint: "leave prune out; pack-sparsity stores the zeros that are there",
      }),
    );
  context.report({
    severity: "remark",
    code: "prune",
    message: `${((100 * counts.pruned) / counts.weights).toFixed(2)} % of ${counts.weights} weights in ${chosen.length} parameters are zero`,
    span: undefined,
  });
  return ok(current);
}

interface Stage {
  readonly given: Given;
  readonly statistics: ReadonlyMap<string, InputStatistics>;
  /** Over all stages; `changed` counts weights that were not zero before. */
  readonly counts: { pruned: number; weights: number; changed: number };
}

function pruneStage(
  module: Module,
  names: readonly string[],
  { given, statistics, counts }: Stage,
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  const { pattern, score } = given;
  const goal = { pattern, score, sparsity: given.sparsity ?? 0.5, damping: given.damping ?? 0.01 };
  const prov = provenance(given, context);
  for (const name of names) {
    const op = paramOf(module, name);
    const read = writer.read(op);
    if (!read.ok) return read;
    const weight = { ...read.value, shape: matrixShape(op.attributes.type) };
    const found = pruneWeight(weight, goal, statistics.get(name)?.secondMoment);
    if (isMismatch(found)) return fail(error(found.code, `@${name}: ${found.message}`, { span: op.span }));
    const { element } = op.attributes.type as TensorType;
    writer.rewrite(
      op,
      found.numbers,
      prov,
      score !== "obs" && element.kind === "float" ? { element } : undefined,
    );
    counts.weights += found.numbers.length;
    for (const [at, number] of found.numbers.entries()) {
      if (number === 0) counts.pruned++;
      if (number === 0 && weight.data[at] !== 0) counts.changed++;
    }
  }
  if (writer.problems.length > 0) return fail(...writer.problems);
  writer.finish();
  return ok(editor.commit());
}

function provenance({ pattern, sparsity, score, inputs, damping }: Given, context: PassContext) {
  const entries = {
    pattern: stringAttribute(describePattern(pattern)),
    ...(sparsity !== undefined && { sparsity: floatAttribute(sparsity) }),
    ...(inputs !== undefined && { inputs: stringAttribute(inputs) }),
    ...(damping !== undefined && { damping: floatAttribute(damping) }),
  };
  const how = {
    algo: stringAttribute(score),
    pass: stringAttribute("prune"),
    options: { kind: "dictionary", entries } as const,
  };
  return calibratedProvenance(how, score === "magnitude" ? {} : context);
}

function paramOf(module: Module, name: string): ParamOp {
  const op = topLevelSymbol(module, name);
  return op && param.is(op) ? op : unreachable(`@${name} was found in the module`);
}

/** [out, all other axes]. */
function matrixShape(type: Type): readonly [number, number] {
  const [rows = 1, ...rest] = (type as TensorType).shape;
  return [rows, elementCount(rest)];
}
