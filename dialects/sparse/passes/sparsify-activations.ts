import { isMismatch } from "../../../compiler/define/op.ts";
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
import { dequantize as toNumbers } from "../../lowp/dequantize.ts";
import { type WeightUse, weightUses } from "../../lowp/linear-sites.ts";
import { get, param, linear as storedLinear } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter, readStored } from "../../lowp/passes/dense-params.ts";
import { explainWeights } from "../../lowp/passes/explain-selection.ts";
import { selectParams } from "../../lowp/passes/select-params.ts";
import { linear } from "../../nn/ops/linear.ts";
import { topK, weightInformedTopK } from "../ops.ts";
import { problemOf } from "../stored-weights.ts";

/**
 * Lets linear ops see only the inputs that matter most in each row; the others count as zero, so that hardware may
 * skip the columns of the weight that they meet. `magnitude` keeps the largest (TEAL, arXiv 2408.14690); `weight`
 * keeps those of the largest |x| times the norm of the column, which becomes a parameter of its own (WINA).
 */
export const sparsifyActivations = definePass({
  name: "sparsify-activations",
  summary: "Keeps the inputs of linear ops that matter most, row by row, and sets the others to zero.",
  options: {
    sparsity: withDefault(real({ above: 0 }), 0.5), // share of each row that becomes zero, what stays rounded down
    score: withDefault(oneOf("weight", "magnitude"), "weight"),
    only: withDefault(listOf(string), ["*"]), // names of the weights the inputs meet, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "lossy", metric: "relative output difference" },
  explains: "linear ops by the weights they take",
  run(module, { sparsity, score, only, skip }, context) {
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
    if (context.explain) explainWeights(module, choice, "sparsify", context.explain);
    const { chosen, diagnostics } = selectParams(names, only, skip);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${names.length} weights`));
    const wanted = uses.filter(({ symbol }) => chosen.includes(symbol));
    return sparsifyInputs(module, wanted, { sparsity, score }, context);
  },
});

const isLinear = (op: Op): boolean => linear.is(op) || storedLinear.is(op);

interface Choice {
  readonly sparsity: number;
  readonly score: "weight" | "magnitude";
}

function sparsifyInputs(
  module: Module,
  uses: readonly WeightUse[],
  { sparsity, score }: Choice,
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  const norms = new Map<string, ValueOfParam | undefined>();
  const problems: Diagnostic[] = [];
  for (const { op: id, symbol, input } of uses) {
    const op = opAt(module, id);
    const weight = paramOf(module, symbol);
    const columns = (weight.attributes.type as TensorType).shape.at(-1)!;
    const k = Math.floor(columns * (1 - sparsity));
    const [unfit] = inputProblems(module, { input, weight, k, columns, sparsity });
    if (unfit) {
      problems.push(unfit);
      continue;
    }
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

/** Inputs that are no floats, and rows of which nothing would be left. */
function inputProblems(
  module: Module,
  at: {
    readonly input: ValueId;
    readonly weight: ParamOp;
    readonly k: number;
    readonly columns: number;
    readonly sparsity: number;
  },
): readonly Diagnostic[] {
  const { weight, k, columns, sparsity } = at;
  const { element } = valueAt(module, at.input).type as TensorType; // operands of linear ops are tensors
  if (element.kind === "dialect")
    return [
      problemOf(weight, "input-quantized", "the input that meets it is in a lowp type already", {
        hint: "run sparsify-activations before quantize-activations",
      }),
    ];
  if (k > 0) return [];
  return [problemOf(weight, "sparsity", `a sparsity of ${sparsity} leaves none of ${columns} inputs`)];
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
  { constants }: PassContext,
): Result<ValueOfParam> {
  const read = readStored(weight, constants, (key) => module.resources[key]);
  if (!read.ok) return read;
  const numbers = toNumbers(read.value, "f64");
  if (isMismatch(numbers)) return fail(problemOf(weight, numbers.code, numbers.message));
  const columns = numbers.shape.at(-1)!;
  const squares = new Float64Array(columns);
  for (const [at, x] of numbers.data.entries()) squares[at % columns] = squares[at % columns]! + x * x;
  const type = tensorType([columns], f32);
  const name = `${weight.attributes.sym_name}.column_norms`;
  const prov = {
    kind: "dictionary",
    entries: { algo: stringAttribute("column-norms"), pass: stringAttribute("sparsify-activations") },
  } as const;
  const value = { shape: type.shape, data: Float32Array.from(squares, Math.sqrt) };
  writer.add(weight, { name, type, value, prov });
  return ok({ name, type });
}

function paramOf(module: Module, name: string): ParamOp {
  const op = topLevelSymbol(module, name);
  return op && param.is(op) ? op : unreachable(`@${name} was found in the module`);
}
