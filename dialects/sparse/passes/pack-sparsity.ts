import { applied, type Outcome, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, walk } from "../../../compiler/ir/module.ts";
import { type DialectType, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, string, withDefault } from "../../../compiler/schema/schema.ts";
import { get } from "../../lowp/ops.ts";
import { packValue } from "../../lowp/pack.ts";
import { type ParamOp, rewriteParam } from "../../lowp/params.ts";
import { dequantizeUses, withoutOld } from "../../lowp/passes/quantize-params.ts";
import { describeSparseKind, type SparseKind } from "../../lowp/sparse-kind.ts";
import { sparseShapeProblems } from "../../lowp/sparse-kind-laws.ts";
import { packSparse } from "../../lowp/sparse-pack.ts";
import { byteLengthOf } from "../../lowp/storage.ts";
import { chooseKind } from "../choose-kind.ts";
import { explainLeftAlone } from "../explain-weights.ts";
import { type PackPattern, packPatternSchema } from "../pack-pattern.ts";
import { problemOf, readStoredWeight, type StoredWeight, selectWeights } from "../stored-weights.ts";

/**
 * Stores weights of linear ops and convolutions without their zeros; what they stand for stays the same. `auto` packs
 * every weight for which some kind saves bytes, any other pattern all that are chosen, and refuses those it does not
 * hold. Dense weights are dequantized where they are used, as after quantize-weights; hoist-dequant then has linear
 * ops visit the stored numbers alone.
 */
export const packSparsity = definePass({
  name: "pack-sparsity",
  summary: "Stores weights without their zeros, in the pattern they have.",
  options: {
    pattern: withDefault(packPatternSchema, { kind: "auto" }),
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  run(module, { pattern, ...selection }, context) {
    if (context.explain) explainLeftAlone(module, selection, RULE, context.explain);
    const params = selectWeights(module, selection);
    if (!params.ok) return params;
    const packed: PackedWeight[] = [];
    const problems: Diagnostic[] = [];
    for (const [index, op] of params.value.entries()) {
      context.progress(index, params.value.length, op.attributes.sym_name);
      const read = readStoredWeight(module, op, context);
      if (!read.ok) return read;
      const found = packWeight(read.value, pattern, context);
      context.explain?.({ ...siteOf(module, op), rule: RULE, outcome: outcomeOf(found, read.value) });
      if (!found.ok) problems.push(...found.diagnostics);
      else if (found.value) packed.push(found.value);
    }
    if (problems.length > 0) return fail(...problems);
    if (packed.length === 0)
      return fail(
        error("nothing-to-pack", `none of the ${params.value.length} weights has zeros that packing saves`, {
          hint: "run prune before it; detect-sparsity shows what there is",
        }),
      );
    report(packed, params.value.length, context);
    return rewrite(module, packed);
  },
});

/** As explanations name it. */
const RULE = "leave out zeros";

function outcomeOf(found: Result<PackedWeight | undefined>, { nonZero }: StoredWeight): Outcome {
  if (!found.ok) return refused(found.diagnostics[0]!.message);
  const zeros = nonZero.reduce((sum, flag) => sum + 1 - flag, 0);
  if (!found.value) return refused(`no kind saves bytes, as ${zeros} of ${nonZero.length} numbers are zero`);
  const { kind, before, after } = found.value;
  return applied(`${describeSparseKind(kind)}, ${after} bytes instead of ${before}`);
}

/** A parameter that has been packed, and its bytes before and after. */
interface PackedWeight extends ReturnType<typeof rewriteParam> {
  readonly weight: StoredWeight;
  readonly kind: SparseKind;
  readonly type: TensorType;
  readonly before: number;
  readonly after: number;
}

/** Undefined where `auto` finds nothing to save. */
function packWeight(
  weight: StoredWeight,
  pattern: PackPattern,
  { constants }: PassContext,
): Result<PackedWeight | undefined> {
  const { op, value, type: dense } = weight;
  const kind = pattern.kind === "auto" ? chooseKind(weight)?.kind : pattern;
  if (!kind) return ok(undefined);
  const [unfit] = sparseShapeProblems(kind, value.shape);
  const packed = unfit ?? packSparse(value, dense, kind);
  if (isMismatch(packed))
    return fail(
      problemOf(op, packed.code, packed.message, {
        hint: packed.hint ?? "use pattern = auto, or choose others by only",
      }),
    );
  const type = tensorType(value.shape, packed.type as DialectType);
  const prov = op.attributes.prov ?? {
    kind: "dictionary",
    entries: { algo: stringAttribute(describeSparseKind(kind)), pass: stringAttribute("pack-sparsity") },
  };
  const bytes = Object.fromEntries(packValue(packed));
  const after = Object.values(bytes).reduce((sum, { length }) => sum + length, 0);
  const before = byteLengthOf(dense, value.shape)!;
  return ok({ ...rewriteParam(op, type, bytes, prov, constants), weight, kind, type, before, after });
}

function rewrite(module: Module, packed: readonly PackedWeight[]): Result<Module> {
  const editor = new Editor(module);
  const names = new Set(packed.map(({ weight }) => weight.name));
  const kept = withoutOld(module.resources, module, names);
  const dense = new Map<string, TensorType>();
  const codes = new Map<string, TensorType>();
  for (const { op, weight, type } of packed) {
    editor.update(op);
    ("data" in weight.value ? dense : codes).set(weight.name, type);
  }
  const problems = packed.flatMap(({ weight, resources }) => takenProblems(weight.op, resources, kept));
  if (problems.length > 0) return fail(...problems);
  dequantizeUses(module, editor, dense, "stored");
  for (const op of walk(module)) {
    const type = get.is(op) ? codes.get(op.attributes.param.join("::")) : undefined;
    if (type && get.is(op)) editor.retype(op.results.value, type);
  }
  editor.setResources({ ...kept, ...Object.assign({}, ...packed.map(({ resources }) => resources)) });
  return ok(editor.commit());
}

/** Bytes that a new resource would take the name of. */
function takenProblems(
  op: ParamOp,
  resources: Module["resources"],
  kept: Module["resources"],
): readonly Diagnostic[] {
  const taken = Object.keys(resources).find((key) => key in kept);
  return taken === undefined
    ? []
    : [
        problemOf(op, "resource-taken", `dense_resource<${taken}> already names other bytes`, {
          hint: `rename dense_resource<${taken}>`,
        }),
      ];
}

function report(packed: readonly PackedWeight[], weights: number, context: PassContext): void {
  const sum = (of: (each: PackedWeight) => number) => packed.reduce((total, each) => total + of(each), 0);
  const kinds = [...new Set(packed.map(({ kind }) => describeSparseKind(kind)))].join(", ");
  context.report({
    severity: "remark",
    code: "pack-sparsity",
    message: `${packed.length} of ${weights} weights packed as ${kinds}: ${sum(({ after }) => after)} bytes instead of ${sum(({ before }) => before)}`,
    span: undefined,
  });
}
