import type { Registry } from "../define/dialect.ts";
import { applied, type Explain, refused, siteOf } from "../define/explanation.ts";
import { isMismatch } from "../define/op.ts";
import { definePass } from "../define/pass.ts";
import { error, fail, ok } from "../diagnostics/diagnostic.ts";
import { cyclesOf, dependenciesFirst } from "../ir/dataflow-graph.ts";
import { describeType } from "../ir/describe.ts";
import {
  attributesOf,
  blockAt,
  type Module,
  type Op,
  opAt,
  operandsOf,
  resultsOf,
  type Slot,
  topLevel,
  type ValueId,
  valueAt,
  walk,
} from "../ir/module.ts";
import { lookupSymbol, symbolNameOf } from "../ir/symbols.ts";
import { compatible, DYNAMIC, type FunctionType, knownSize, same, type Type } from "../ir/types.ts";
import { Editor } from "../rewrite/editor.ts";

/** Makes result types as static as the operands allow, in functions and through calls. */
export const inferShapes = definePass({
  name: "infer-shapes",
  summary: "Replaces unknown extents by those that inference can tell.",
  options: {},
  contract: { kind: "exact" },
  explains: "ops with a result of unknown extents",
  run(module, _options, { registry, explain }) {
    const functions = new Map(
      topLevel(module).flatMap((op) => (functionTypeOf(op) ? [[symbolNameOf(op) ?? "", op] as const] : [])),
    );
    const edges = [...functions].flatMap(([name, op]) =>
      calleesOf(module, op, registry).map((callee) => [name, callee] as const),
    );
    const graph = { nodes: [...functions.keys()], edges };
    const [cycle] = cyclesOf(graph);
    if (cycle)
      return fail(
        error(
          "recursive-call",
          `functions call each other in a circle: ${cycle.map((name) => `@${name}`).join(", ")}`,
        ),
      );
    const editor = new Editor(module);
    const signatures = new Map<string, FunctionType>();
    for (const name of dependenciesFirst(graph))
      refineFunction(functions.get(name)!, name, editor, registry, signatures);
    if (explain) for (const op of walk(module)) explainOp(op, editor, explain);
    return ok(editor.commit());
  },
});

/** Tells of each result that had an unknown extent what became of it. */
function explainOp(op: Op, editor: Editor, explain: Explain): void {
  for (const value of resultsOf(op)) {
    const { type: before } = valueAt(editor.module, value);
    if (before.kind !== "tensor" || !before.shape.includes(DYNAMIC)) continue;
    const after = editor.typeOf(value);
    const outcome = same(before, after)
      ? refused(`inference knows no more of ${describeType(before)}`)
      : applied(`${describeType(before)} is ${describeType(after)}`);
    explain({ ...siteOf(editor.module, op), rule: "infer", outcome });
  }
}

/** By convention of the function form, the signature is the attribute `function_type`. */
function functionTypeOf(op: Op): FunctionType | undefined {
  const type = attributesOf(op).function_type as Type | undefined;
  return type?.kind === "function" ? type : undefined;
}

function referencesOf(op: Op, registry: Registry): readonly (readonly string[])[] {
  const schemas = Object.entries(registry.op(op.name)?.spec.attributes ?? {});
  return schemas.flatMap(([key, { role }]) =>
    role === "symbol-reference" ? [attributesOf(op)[key] as readonly string[]] : [],
  );
}

function calleesOf(module: Module, op: Op, registry: Registry): readonly string[] {
  return [...walk(module, op.id)].flatMap((inner) =>
    referencesOf(inner, registry).flatMap((path) => {
      const target = lookupSymbol(module, inner.id, path);
      return target && functionTypeOf(target) ? [symbolNameOf(target) ?? ""] : [];
    }),
  );
}

function refineFunction(
  op: Op,
  name: string,
  editor: Editor,
  registry: Registry,
  signatures: Map<string, FunctionType>,
): void {
  const type = functionTypeOf(op)!;
  const entry = op.regions[0]?.[0];
  if (entry === undefined || op.regions[0]!.length > 1) {
    signatures.set(name, type);
    return;
  }
  const body = blockAt(editor.module, entry).ops.map((id) => opAt(editor.module, id));
  for (const inner of body) refineResults(inner, editor, registry, signatures);
  const terminator = body.at(-1);
  const returned = terminator ? operandsOf(terminator).map((value) => editor.typeOf(value)) : [];
  const results = returned.length === type.results.length ? returned : type.results;
  const refined = { ...type, results };
  signatures.set(name, refined);
  if (!same(refined, type))
    editor.update({ ...op, attributes: { ...op.attributes, function_type: refined } });
}

function refineResults(
  op: Op,
  editor: Editor,
  registry: Registry,
  signatures: ReadonlyMap<string, FunctionType>,
): void {
  const definition = registry.op(op.name);
  if (!definition) return;
  const called = referencesOf(op, registry).flatMap((path) => signatures.get(path.join("::")) ?? []);
  const results = Object.values(op.results).flat() as ValueId[];
  const inferred = called[0]?.results ?? inferredTypes(op, editor, registry);
  if (inferred.length !== results.length) return;
  for (const [i, value] of results.entries()) {
    const refined = refine(editor.typeOf(value), inferred[i]!);
    if (refined) editor.retype(value, refined);
  }
}

function inferredTypes(op: Op, editor: Editor, registry: Registry): readonly Type[] {
  const infer = registry.op(op.name)?.spec.infer;
  if (!infer) return [];
  const types = Object.entries(op.operands).map(([name, slot]: [string, Slot]) => [
    name,
    slot === undefined
      ? undefined
      : typeof slot === "number"
        ? editor.typeOf(slot)
        : slot.map((value) => editor.typeOf(value)),
  ]);
  const inferred = infer(Object.fromEntries(types), attributesOf(op));
  return isMismatch(inferred) ? [] : (Object.values(inferred).flat() as Type[]);
}

/** The more static of two compatible types, if it says more than `written`. */
function refine(written: Type, inferred: Type): Type | undefined {
  if (written.kind !== "tensor" || inferred.kind !== "tensor" || !compatible(written, inferred))
    return undefined;
  const shape = written.shape.map((size, axis) => knownSize(size, inferred.shape[axis]!));
  return same(shape, written.shape) ? undefined : { ...written, shape };
}
