import { isDense } from "../../../compiler/define/kernel.ts";
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
import { type Attribute, stringAttribute, typeAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, opAt, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { type DialectType, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, type Schema, string, withDefault } from "../../../compiler/schema/schema.ts";
import { linear } from "../../nn/ops/linear.ts";
import { dequantize, get, param } from "../ops.ts";
import { type ParamOp, readParam, resourceKeys, rewriteParam } from "../params.ts";
import { quantize } from "../quantize.ts";
import { problemsInShape } from "../types.ts";
import { valueTypeSchema } from "../value-type.ts";
import { selectParams } from "./select-params.ts";

const lowpType: Schema<DialectType> = {
  describe: "lowp type, such as !lowp.q<i4, block = [1, 32], scale = f16>",
  decode: (literal) => {
    const type = valueTypeSchema.decode(literal);
    return type?.kind === "dialect" ? type : undefined;
  },
  encode: typeAttribute,
};

/** Rounds the weights of linear ops to nearest in any lowp type; the ops see them dequantized. */
export const quantizeWeights = definePass({
  name: "quantize-weights",
  summary: "Rounds the weights of linear ops to a lowp type (round to nearest).",
  options: {
    type: lowpType,
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "lossy", metric: "relative output difference" },
  run(module, { type, only, skip }, context) {
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
    return quantizeParams(module, chosen, type, context);
  },
});

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

function quantizeParams(
  module: Module,
  names: readonly string[],
  type: DialectType,
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const problems: Diagnostic[] = [];
  let resources = module.resources;
  const types = new Map<string, TensorType>();
  for (const [i, name] of names.entries()) {
    context.progress(i, names.length, name);
    const op = topLevelSymbol(module, name);
    if (!op || !param.is(op)) continue;
    const rewritten = quantizeParam(op, type, context, (key) => module.resources[key]);
    if (!rewritten.ok) {
      problems.push(...rewritten.diagnostics);
      continue;
    }
    const taken = Object.keys(rewritten.value.resources).find((key) => key in resources);
    if (taken !== undefined) {
      problems.push(
        error("resource-taken", `@${name}: dense_resource<${taken}> already names other bytes`, {
          span: op.span,
          hint: `rename dense_resource<${taken}>, or skip @${name}`,
        }),
      );
      continue;
    }
    editor.update(rewritten.value.op);
    resources = { ...resources, ...rewritten.value.resources };
    types.set(name, rewritten.value.type);
  }
  if (problems.length > 0) return fail(...problems);
  dequantizeUses(module, editor, types);
  editor.setResources(withoutOld(resources, module, new Set(types.keys())));
  return ok(editor.commit());
}

/** Drops the bytes that only quantized parameters named; two parameters may share theirs. */
function withoutOld(
  resources: Module["resources"],
  module: Module,
  quantized: ReadonlySet<string>,
): Module["resources"] {
  const params = [...walk(module)].filter((op) => param.is(op));
  const keysOf = (isQuantized: boolean) =>
    params
      .filter(({ attributes }) => quantized.has(attributes.sym_name) === isQuantized)
      .flatMap(({ attributes }) => [...resourceKeys(attributes.value).values()]);
  const kept = new Set(keysOf(false));
  const old = new Set(keysOf(true).filter((key) => !kept.has(key)));
  return Object.fromEntries(Object.entries(resources).filter(([key]) => !old.has(key)));
}

function quantizeParam(
  op: ParamOp,
  element: DialectType,
  { constants }: PassContext,
  originOf: (key: string) => Module["resources"][string] | undefined,
) {
  const { sym_name: name, type: dense } = op.attributes;
  const type = tensorType((dense as TensorType).shape, element);
  const laws = problemsInShape(element, type.shape);
  if (laws.length > 0)
    return fail(
      ...laws.map(({ blames: _, ...law }) => ({
        severity: "error" as const,
        span: op.span,
        ...law,
        message: `@${name}: ${law.message}`,
      })),
    );
  const bytes = new Map<string, Uint8Array>();
  const keys = op.attributes.value?.kind === "resource" ? [op.attributes.value.key] : [];
  for (const key of keys) {
    const read = constants.read(key, originOf(key));
    if (!read.ok)
      return fail(...read.diagnostics.map((problem) => ({ ...problem, span: problem.span ?? op.span })));
    bytes.set(key, read.value);
  }
  const value = readParam(
    op,
    (key) => bytes.get(key) ?? { code: "resource-missing", message: `dense_resource<${key}> was not read` },
  );
  if (isMismatch(value)) return fail(error(value.code, value.message, { span: op.span }));
  if (!isDense(value)) return unreachable("dense parameters were chosen");
  const quantized = quantize(value as FloatTensor, element);
  if (isMismatch(quantized))
    return fail(error(quantized.code, `@${name}: ${quantized.message}`, { span: op.span }));
  return ok({ ...rewriteParam(op, type, quantized, provenance(), constants), type });
}

const provenance = (): Attribute => ({
  kind: "dictionary",
  entries: { algo: stringAttribute("rtn"), pass: stringAttribute("quantize-weights") },
});

/** lowp.get(@w) : dense  →  lowp.dequantize(lowp.get(@w) : quantized) */
function dequantizeUses(module: Module, editor: Editor, types: ReadonlyMap<string, TensorType>): void {
  for (const op of walk(module)) {
    const type = get.is(op) ? types.get(op.attributes.param.join("::")) : undefined;
    if (!type || !get.is(op)) continue;
    const { name } = valueAt(module, op.results.value);
    const stored = editor.insertBefore(
      op,
      get,
      {},
      { param: op.attributes.param },
      {
        resultTypes: { value: type },
        ...(name !== undefined && { names: { value: `${name}_q` } }),
      },
    );
    const { output } = editor.insertBefore(op, dequantize, { input: stored.value }, {});
    editor.replace(op.results.value, output);
    editor.erase(op.id);
  }
}
