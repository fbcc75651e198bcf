import type { PassContext } from "../../../compiler/define/pass.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import {
  type Module,
  type Op,
  operandsOf,
  topLevel,
  type ValueId,
  valueAt,
  walk,
} from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { get } from "../../lowp/ops.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { type AxisClass, axisFlows } from "../../nn/axis-flow.ts";
import { flowsOf } from "../../nn/gather-flows.ts";
import { add } from "../../nn/ops/binary.ts";
import { linear } from "../../nn/ops/linear.ts";
import { rmsNorm } from "../../nn/ops/norm.ts";
import { Redirections } from "./redirections.ts";

/** A stream that a norm has looked at, on its way past the block behind the norm. */
interface Shortcut {
  readonly sum: Op;
  readonly place: number;
  readonly value: ValueId;
}

/**
 * Puts a linear op with the identity as its weight, `@shortcuts.0` and so on, where a stream that a norm has looked
 * at is added to what the block behind the norm makes of it: the stream may then have another basis behind each
 * block. None is put where one basis before and behind is all there can be, as in a function that is called in turn
 * with what it gave. (Ashkboos et al., SliceGPT, 2024, §3.3)
 */
export function withShortcuts(
  module: Module,
  streams: readonly AxisClass[],
  context: PassContext,
): Result<Module> {
  let shortcuts = shortcutsOf(module, streams, context);
  for (;;) {
    const made = insertShortcuts(module, shortcuts, context);
    if (!made.ok) return made;
    const flows = axisFlows(made.value.module, context.registry);
    const needed = shortcuts.filter((_, at) => {
      const weight = made.value.weights[at]!;
      return flows.classOf(weight, 0) !== flows.classOf(weight, 1);
    });
    if (needed.length === shortcuts.length) return ok(made.value.module);
    shortcuts = needed;
  }
}

function shortcutsOf(
  module: Module,
  streams: readonly AxisClass[],
  { registry }: PassContext,
): readonly Shortcut[] {
  const isNormed = normedValues(module, registry);
  const inStream = new Set(
    streams.flatMap(({ places }) => places.map(({ value, axis }) => `${value} ${axis}`)),
  );
  return walk(module).flatMap((sum) => {
    if (!add.is(sum)) return [];
    return operandsOf(sum).flatMap((value, place): readonly Shortcut[] => {
      const { shape } = valueAt(module, value).type as TensorType;
      const isStream = inStream.has(`${value} ${shape.length - 1}`);
      return isStream && isNormed(value) ? [{ sum, place, value }] : [];
    });
  });
}

/** Whether a norm looks at a value, here or in a function it is handed to. */
function normedValues(module: Module, registry: PassContext["registry"]): (value: ValueId) => boolean {
  const heirs = new Map<ValueId, ValueId[]>();
  for (const { flow } of flowsOf(module, registry))
    for (const { from, to } of flow.carries ?? []) heirs.set(from, [...(heirs.get(from) ?? []), to]);
  const inputs = new Set(walk(module).flatMap((op) => (rmsNorm.is(op) ? [op.operands.input] : [])));
  const reaches = (value: ValueId, seen: ReadonlySet<ValueId>): boolean =>
    inputs.has(value) ||
    (heirs.get(value) ?? []).some((heir) => !seen.has(heir) && reaches(heir, new Set([...seen, heir])));
  return (value) => reaches(value, new Set([value]));
}

interface Inserted {
  readonly module: Module;
  /** What each shortcut reads as its weight. */
  readonly weights: readonly ValueId[];
}

function insertShortcuts(
  module: Module,
  shortcuts: readonly Shortcut[],
  context: PassContext,
): Result<Inserted> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  const redirections = new Redirections(editor);
  const names = freeNames(module, shortcuts.length);
  const [first] = topLevel(module);
  const weights: ValueId[] = [];
  for (const [at, { sum, place, value }] of shortcuts.entries()) {
    const { name: own, type } = valueAt(module, value);
    const { shape, element } = type as TensorType;
    const extent = shape.at(-1)!;
    const weightType = tensorType([extent, extent], element);
    const prov = { kind: "dictionary", entries: { pass: stringAttribute("slice-channels") } } as const;
    const name = names[at]!;
    writer.add(first!, {
      name,
      type: weightType,
      value: { shape: [extent, extent], data: identity(extent) },
      prov,
    });
    const { value: weight } = editor.insertBefore(
      sum,
      get,
      {},
      { param: name.split("::") },
      { resultTypes: { value: weightType } },
    );
    const { output } = editor.insertBefore(
      sum,
      linear,
      { input: value, weight, bias: undefined },
      {},
      own === undefined ? {} : { names: { output: `${own}_shortcut` } },
    );
    redirections.redirect(sum, place, output);
    weights.push(weight);
  }
  redirections.finish();
  writer.finish();
  return writer.problems.length > 0
    ? { ok: false, diagnostics: writer.problems }
    : ok({ module: editor.commit(), weights });
}

/** `shortcuts.0` and on, without those that are taken. */
function freeNames(module: Module, count: number): readonly string[] {
  const names: string[] = [];
  for (let at = 0; names.length < count; at++)
    if (!topLevelSymbol(module, `shortcuts.${at}`)) names.push(`shortcuts.${at}`);
  return names;
}

const identity = (size: number): Float64Array =>
  Float64Array.from({ length: size ** 2 }, (_, at) => Number(at % (size + 1) === 0));
