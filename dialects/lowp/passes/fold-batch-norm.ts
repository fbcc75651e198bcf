import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import type { OpOf } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import {
  type Diagnostic,
  error,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../../compiler/diagnostics/diagnostic.ts";
import { analysis, uses } from "../../../compiler/ir/analysis.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type Op, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { conv2d } from "../../nn/ops/convolution.ts";
import { linear } from "../../nn/ops/linear.ts";
import { batchNorm } from "../../nn/ops/norm.ts";
import { get, param } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import { ParamWriter } from "./dense-params.ts";

const provenance = {
  kind: "dictionary",
  entries: { pass: stringAttribute("fold-batch-norm") },
} as const;

/**
 * batch_norm(W · x + b) = (W s) · x + (b − mean) s + bias, s = gain / √(variance + epsilon) per output channel: the
 * norm goes into the weight and bias of the convolution or linear op before it. Computed in f64, stored rounded
 * once. The folded bias takes the place of the norm's bias. (Krishnamoorthi 2018, §3.2)
 */
export const foldBatchNorm = definePass({
  name: "fold-batch-norm",
  summary: "Folds batch norms into the weights of the convolutions and linear ops before them.",
  options: {},
  explains: "every nn.batch_norm",
  contract: { kind: "exactInReals", rewritesWeights: true },
  run(module, _options, context) {
    const norms = walk(module).filter((op) => batchNorm.is(op));
    if (norms.length === 0)
      return fail(error("no-effect", "the module has no nn.batch_norm", { hint: "leave the pass out" }));
    const editor = new Editor(module);
    const writer = new ParamWriter(editor, context.constants);
    const problems: Diagnostic[] = [];
    for (const norm of norms) {
      const folded = foldOne(norm, editor, writer);
      const outcome = folded.ok ? applied() : refused(folded.diagnostics[0]!.message);
      context.explain?.({ ...siteOf(module, norm), rule: "fold", outcome });
      if (!folded.ok) problems.push(...folded.diagnostics);
    }
    if (problems.length + writer.problems.length > 0) return fail(...problems, ...writer.problems);
    writer.finish();
    return ok(editor.commit());
  },
});

type NormOp = OpOf<typeof batchNorm>;
/** What the norm and the op before it read; `before` is the bias of that op, if it has one. */
interface Folded<T> {
  readonly weight: T;
  readonly gain: T;
  readonly bias: T;
  readonly mean: T;
  readonly variance: T;
  readonly before: T | undefined;
}

function foldOne(norm: NormOp, editor: Editor, writer: ParamWriter): Result<undefined> {
  const { module } = editor;
  const refuse = (why: string) =>
    fail(
      error("fold-batch-norm", `this nn.batch_norm cannot be folded: ${why}`, {
        span: norm.span,
        hint: "it must follow a convolution or linear op, and their parameters must have no other use",
      }),
    );
  const { input, ...operands } = norm.operands;
  const producer = producerOf(module, input);
  if (!producer || !(conv2d.is(producer) || linear.is(producer)))
    return refuse("its input comes from no convolution or linear op");
  if (uses(module).get(input)?.length !== 1) return refuse("its input has other users");
  const values = { ...operands, weight: producer.operands.weight, before: producer.operands.bias };
  const reads: [string, OpOf<typeof get>][] = [];
  for (const [part, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const read = ownRead(module, value);
    if (!read)
      return refuse(
        `${part === "before" ? "the bias before it" : `its ${part}`} is no dense parameter used only here`,
      );
    reads.push([part, read]);
  }
  const params = Object.fromEntries(reads.map(([part, read]) => [part, paramOf(module, read)]));
  const numbers = readAll(params as unknown as Folded<ParamOp>, writer);
  if (!numbers.ok) return numbers;
  const { weight, bias } = foldNumbers(numbers.value, norm.attributes.epsilon);
  const { weight: weightParam, bias: biasParam, ...rest } = params as unknown as Folded<ParamOp>;
  writer.rewrite(weightParam, weight, provenance);
  writer.rewrite(biasParam, bias, provenance);
  for (const param of Object.values(rest)) if (param) writer.remove(param);
  for (const [part, read] of reads) if (part in rest) editor.erase(read.id);
  const { output } = conv2d.is(producer)
    ? editor.insertBefore(norm, conv2d, { ...producer.operands, bias: operands.bias }, producer.attributes)
    : editor.insertBefore(norm, linear, { ...producer.operands, bias: operands.bias }, producer.attributes);
  editor.replace(norm.results.output, output);
  editor.erase(norm.id);
  editor.erase(producer.id);
  return ok(undefined);
}

function producerOf(module: Module, value: ValueId): Op | undefined {
  const { definedBy } = valueAt(module, value);
  return definedBy === undefined ? undefined : opAt(module, definedBy);
}

/** The lowp.get of a dense parameter that nothing else reads. */
function ownRead(module: Module, value: ValueId): OpOf<typeof get> | undefined {
  const read = producerOf(module, value);
  if (!read || !get.is(read) || uses(module).get(value)?.length !== 1) return undefined;
  const name = read.attributes.param.join("::");
  const isOwn = readsOf(module).get(name) === 1;
  const { element } = valueAt(module, value).type as TensorType; // verified to be a tensor
  return isOwn && element.kind === "float" ? read : undefined;
}

/** How many ops read each parameter. */
const readsOf = analysis((module): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const op of walk(module)) {
    if (!get.is(op)) continue;
    const name = op.attributes.param.join("::");
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
});

function paramOf(module: Module, read: OpOf<typeof get>): ParamOp {
  const op = topLevelSymbol(module, read.attributes.param.join("::"));
  return op && param.is(op) ? op : unreachable("verified to be a parameter");
}

function readAll(params: Folded<ParamOp>, writer: ParamWriter): Result<Folded<FloatTensor>> {
  const found: Record<string, FloatTensor> = {};
  for (const [part, op] of Object.entries(params) as [string, ParamOp][]) {
    const tensor = writer.read(op);
    if (!tensor.ok) return tensor;
    found[part] = tensor.value;
  }
  return ok(found as unknown as Folded<FloatTensor>);
}

/** The weight [O, …] with row o times s_o, and the bias [O], in f64. */
function foldNumbers(
  { weight, gain, bias, mean, variance, before }: Folded<FloatTensor>,
  epsilon: number,
): { readonly weight: Float64Array; readonly bias: Float64Array } {
  const scales = Float64Array.from(gain.data, (factor, o) => factor / Math.sqrt(variance.data[o]! + epsilon));
  const width = weight.data.length / scales.length;
  return {
    weight: Float64Array.from(weight.data, (value, index) => value * scales[Math.floor(index / width)]!),
    bias: scales.map((scale, o) => bias.data[o]! + ((before?.data[o] ?? 0) - mean.data[o]!) * scale),
  };
}
