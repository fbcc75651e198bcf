import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import type { Mismatch } from "../../../compiler/define/op.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, floatAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, oneOf, optional, string, withDefault } from "../../../compiler/schema/schema.ts";
import { param } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { leftAloneOnly } from "../../lowp/passes/explain-selection.ts";
import { calibratedProvenance, measureInputs } from "../../lowp/passes/input-statistics.ts";
import { stagesByInput } from "../../lowp/passes/quantize-weights.ts";
import { prunableWeights, pruneNumbers } from "../prunable-weights.ts";
import {
  DAMPING,
  dampingProblems,
  idleOption,
  plannedOrShare,
  scoreOptions,
  shareProblems,
} from "../prune-options.ts";
import { describePattern, prunePatternProblems, prunePatternSchema } from "../prune-pattern.ts";
import type { PruneGoal } from "../prune-weight.ts";

const options = {
  pattern: prunePatternSchema,
  /** Share that becomes zero, rounded down; one half where left out. N:M says it by itself. */
  sparsity: optional(plannedOrShare),
  ...scoreOptions,
  /** pruned, where left out: later weights see what the pruned ones before them give. dense: what it was before. */
  inputs: optional(oneOf("pruned", "dense")),
  only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
  skip: withDefault(listOf(string), []),
};

/**
 * Sets weights of linear ops and convolutions to zero, in a pattern along the rows [out, in · height · width]. Scores
 * that look at inputs prune stage by stage: weights that share an input together, later ones seeing what these give.
 * Parameters keep their type, but for obs, whose remaining weights change; they become f32, or stay f64.
 * With `sparsity=allocated` each weight that has an attribute `sparsity` gets that share of zeros; the other weights
 * stay as they are.
 */
export const prune = definePass({
  name: "prune",
  summary: "Sets the least important weights of linear ops and convolutions to zero.",
  options,
  contract: { kind: "lossy", metric: "relative output difference" },
  explains: "weights of linear ops and convolutions",
  async run(module, given, context) {
    const [refused] = optionProblems(given);
    if (refused) return fail({ severity: "error", span: undefined, ...refused });
    const { pattern, only, skip } = given;
    const planned = given.sparsity === "allocated";
    const selection = { pattern, planned, only, skip, rule: RULE };
    const weights = prunableWeights(module, selection, { explain: leftAloneOnly(context.explain) });
    if (!weights.ok) return weights;
    const chosen = weights.value.map(({ attributes }) => attributes.sym_name);
    return pruneInStages(module, chosen, given, context);
  },
});

/** As explanations name it. */
const RULE = "prune";

type Given = Pick<PruneGoal, "pattern" | "score"> & {
  readonly sparsity: number | "allocated" | undefined;
  readonly inputs: "pruned" | "dense" | undefined;
  readonly damping: number | undefined;
};

/** Options that say nothing here, and a share that is none. */
function optionProblems({ pattern, sparsity, score, inputs, damping }: Given): readonly Mismatch[] {
  const isIdle = sparsity !== undefined && pattern.kind === "nm";
  const blind = inputs !== undefined && score === "magnitude";
  return [
    ...prunePatternProblems(pattern),
    ...(isIdle ? [idleOption("sparsity", `${describePattern(pattern)} says how many weights stay`)] : []),
    ...(typeof sparsity === "number" ? shareProblems(sparsity) : []),
    ...(blind ? [idleOption("inputs", "score = magnitude looks at none")] : []),
    ...dampingProblems(score, damping),
  ];
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
      error("nothing-to-prune", nothingToDo(given), {
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

const nothingToDo = ({ pattern, sparsity }: Given): string =>
  sparsity === "allocated"
    ? "the weights have the zeros that are allocated to them already"
    : `the weights are ${describePattern(pattern)} already`;

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
  const { score } = given;
  for (const name of names) {
    const op = paramOf(module, name);
    const read = writer.read(op);
    if (!read.ok) return read;
    const goal = goalOf(given, op);
    // The plan is carried out, or overruled.
    const done = { ...op, attributes: { ...op.attributes, sparsity: undefined } };
    const tell = (numbers: FloatTensor["data"]) => {
      const zeros = count(counts, numbers, read.value.data);
      const outcome = applied(`${zeros} of ${numbers.length} numbers are zero`);
      context.explain?.({ ...siteOf(module, op), rule: RULE, outcome });
    };
    if (goal.sparsity === 0) {
      editor.update(done);
      tell(read.value.data);
      continue;
    }
    const found = pruneNumbers(op, read.value, goal, statistics.get(name)?.secondMoment);
    if (!found.ok) return found;
    const { numbers } = found.value;
    const { element } = op.attributes.type as TensorType;
    const keepsType = score !== "obs" && element.kind === "float";
    const prov = provenance(given, goal.sparsity, context);
    writer.rewrite(done, numbers, prov, keepsType ? { element } : undefined);
    tell(numbers);
  }
  if (writer.problems.length > 0) return fail(...writer.problems);
  writer.finish();
  return ok(editor.commit());
}

const goalOf = ({ pattern, score, sparsity, damping }: Given, { attributes }: ParamOp): PruneGoal => ({
  pattern,
  score,
  // Weights without an attribute are not among the chosen.
  sparsity: sparsity === "allocated" ? attributes.sparsity! : (sparsity ?? 0.5),
  damping: damping ?? DAMPING,
});

/** Adds the numbers of a weight, and gives how many of them are zero. */
function count(counts: Stage["counts"], numbers: FloatTensor["data"], before: FloatTensor["data"]): number {
  let zeros = 0;
  for (const [at, number] of numbers.entries()) {
    if (number === 0) zeros++;
    if (number === 0 && before[at] !== 0) counts.changed++;
  }
  counts.weights += numbers.length;
  counts.pruned += zeros;
  return zeros;
}

/** `share` is what became zero of this weight, where the user did not leave it out. */
function provenance(
  { pattern, sparsity, score, inputs, damping }: Given,
  share: number,
  context: PassContext,
): Attribute {
  const entries = {
    pattern: stringAttribute(describePattern(pattern)),
    ...(sparsity !== undefined && { sparsity: floatAttribute(share) }),
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
