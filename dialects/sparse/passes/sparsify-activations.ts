import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import {
  type Diagnostic,
  error,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../../compiler/diagnostics/diagnostic.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type Op, opAt, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { f32, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, oneOf, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { type WeightUse, weightUses } from "../../lowp/linear-sites.ts";
import { get, param, linear as storedLinear } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { explainWeights, leftAloneOnly } from "../../lowp/passes/explain-selection.ts";
import { selectParams } from "../../lowp/passes/select-params.ts";
import { linear } from "../../nn/ops/linear.ts";
import { columnNorms, greedyCounts, type InputChoice, readNumbers } from "../activation-shares.ts";
import { topK, weightInformedTopK } from "../ops.ts";
import { problemOf } from "../stored-weights.ts";

/**
 * Lets linear ops see only the inputs that matter most in each row; the others count as zero, so that hardware may
 * skip the columns of the weight that they meet. `magnitude` keeps the largest (TEAL, arXiv 2408.14690); `weight`
 * keeps those of the largest |x| times the norm of the column, which becomes a parameter of its own (WINA). `shares`
 * says where the zeros are: everywhere alike, or by calibration data more of them where outputs suffer less (both
 * papers; the average counts the numbers of the weights).
 */
export const sparsifyActivations = definePass({
  name: "sparsify-activations",
  summary: "Keeps the inputs of linear ops that matter most, row by row, and sets the others to zero.",
  options: {
    sparsity: withDefault(real({ above: 0 }), 0.5), // share of each row that becomes zero, what stays rounded down
    shares: withDefault(oneOf("uniform", "greedy"), "uniform"), // greedy: the sparsity is that of the average
    score: withDefault(oneOf("weight", "magnitude"), "weight"),
    only: withDefault(listOf(string), ["*"]), // names of the weights the inputs meet, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "lossy", metric: "relative output difference" },
  explains: "linear ops by the weights they take",
  async run(module, { sparsity, shares, score, only, skip }, context) {
    if (!(sparsity < 1))
      return fail(
        error("sparsity", `sparsity is ${sparsity}, expected a share above 0 and below 1`, {
          hint: "try 0.5",
        }),
      );
    const uses = weightUses(module).filter(({ op }) => isLinear(opAt(module, op)));
    const names = [...new Set(uses.map(({ symbol }) => symbol))];
    if (names.length === 0)
      return fail(
        error("no-weights", "no linear op takes its weight from a parameter", {
          hint: "weights must come from lowp.get",
        }),
      );
    const choice = { candidates: names, only, skip };
    const refuse = leftAloneOnly(context.explain);
    if (refuse) explainWeights(module, choice, RULE, refuse);
    const { chosen, diagnostics } = selectParams(names, only, skip);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${names.length} weights`));
    const wanted = uses.filter(({ symbol }) => chosen.includes(symbol));
    const quantized = wanted.flatMap(({ symbol, input }) =>
      quantizedInput(module, paramOf(module, symbol), input),
    );
    if (quantized.length > 0) return fail(...quantized);
    const weights = chosen.map((symbol) => paramOf(module, symbol));
    const counts =
      shares === "greedy"
        ? await greedyCounts(module, weights, { sparsity, score }, context)
        : uniformCounts(weights, sparsity, context);
    if (counts.ok) explainCounts(module, weights, counts.value, context);
    return counts.ok ? sparsifyInputs(module, wanted, { score, counts: counts.value }, context) : counts;
  },
});

/** As explanations name it. */
const RULE = "sparsify";

const isLinear = (op: Op): boolean => linear.is(op) || storedLinear.is(op);

/** As many inputs for each weight as the share leaves, by symbol. Code: `sparsity` where none is left. */
function uniformCounts(
  weights: readonly ParamOp[],
  sparsity: number,
  context: PassContext,
): Result<ReadonlyMap<string, number>> {
  const problems: Diagnostic[] = [];
  const counts = weights.map((weight) => {
    const columns = columnsOf(weight);
    const k = Math.floor(columns * (1 - sparsity));
    if (k === 0)
      problems.push(
        problemOf(weight, "sparsity", `a sparsity of ${sparsity} leaves none of ${columns} inputs`),
      );
    return [weight.attributes.sym_name, k] as const;
  });
  if (problems.length > 0) return fail(...problems);
  const kept = counts.map(([, k], at) => `${k} of ${columnsOf(weights[at]!)}`);
  context.report({
    severity: "remark",
    code: "sparsify-activations",
    message: `${weights.length} weights meet ${[...new Set(kept)].join(", ")} inputs of each row`,
    span: undefined,
  });
  return ok(new Map(counts));
}

/** Inputs that a weight meets. */
const columnsOf = ({ attributes: { type } }: ParamOp): number => (type as TensorType).shape.at(-1)!;

function explainCounts(
  module: Module,
  weights: readonly ParamOp[],
  counts: ReadonlyMap<string, number>,
  { explain }: PassContext,
): void {
  for (const weight of weights) {
    const [k, columns] = [counts.get(weight.attributes.sym_name)!, columnsOf(weight)];
    const outcome =
      k === columns
        ? refused("none of its inputs are to be dropped")
        : applied(`${k} of ${columns} inputs of each row`);
    explain?.({ ...siteOf(module, weight), rule: RULE, outcome });
  }
}

/** What becomes of the inputs of each weight. */
interface Choice extends Pick<InputChoice, "score"> {
  /** Inputs that are kept of each row, by symbol. */
  readonly counts: ReadonlyMap<string, number>;
}

function sparsifyInputs(
  module: Module,
  uses: readonly WeightUse[],
  { score, counts }: Choice,
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  const norms = new Map<string, ValueOfParam | undefined>();
  const problems: Diagnostic[] = [];
  for (const { op: id, symbol, input } of uses) {
    const op = opAt(module, id);
    const weight = paramOf(module, symbol);
    const k = counts.get(symbol)!;
    if (k === columnsOf(weight)) continue; // nothing is dropped
    if (score === "weight" && !norms.has(symbol)) {
      const added = addNorms(module, weight, writer, context);
      if (!added.ok) problems.push(...added.diagnostics);
      norms.set(symbol, added.ok ? added.value : undefined);
    }
    const channel = norms.get(symbol);
    if (score === "magnitude")
      takeInstead(editor, op, editor.insertBefore(op, topK, { input }, { k }).output);
    else if (channel) {
      const stored = editor.insertBefore(
        op,
        get,
        {},
        { param: channel.name.split("::") },
        { resultTypes: { value: channel.type } },
      );
      const operands = { input, norms: stored.value };
      takeInstead(editor, op, editor.insertBefore(op, weightInformedTopK, operands, { k }).output);
    }
  }
  problems.push(...writer.problems);
  if (problems.length > 0) return fail(...problems);
  writer.finish();
  return ok(editor.commit());
}

/** op(x) → op(y) */
const takeInstead = (editor: Editor, op: Op, input: ValueId): void =>
  editor.update({ ...op, operands: { ...op.operands, input } });

/** The problem with an input that is no tensor of floats. Code: `input-quantized`. */
function quantizedInput(module: Module, weight: ParamOp, input: ValueId): readonly Diagnostic[] {
  const { element } = valueAt(module, input).type as TensorType; // operands of linear ops are tensors
  return element.kind === "dialect"
    ? [
        problemOf(weight, "input-quantized", "the input that meets it is in a lowp type already", {
          hint: "run sparsify-activations before quantize-activations",
        }),
      ]
    : [];
}

/** A parameter that the pass has made. */
interface ValueOfParam {
  readonly name: string;
  readonly type: TensorType;
}

/** The root of the sum of squares of every column of a weight, f32[K], beside the weight. */
function addNorms(
  module: Module,
  weight: ParamOp,
  writer: ParamWriter,
  context: PassContext,
): Result<ValueOfParam> {
  const numbers = readNumbers(module, weight, context);
  if (!numbers.ok) return numbers;
  const data = columnNorms(numbers.value);
  const type = tensorType([data.length], f32);
  const name = `${weight.attributes.sym_name}.column_norms`;
  const prov = {
    kind: "dictionary",
    entries: { algo: stringAttribute("column-norms"), pass: stringAttribute("sparsify-activations") },
  } as const;
  writer.add(weight, { name, type, value: { shape: type.shape, data }, prov });
  return ok({ name, type });
}

function paramOf(module: Module, name: string): ParamOp {
  const op = topLevelSymbol(module, name);
  return op && param.is(op) ? op : unreachable(`@${name} was found in the module`);
}
