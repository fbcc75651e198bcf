import type { AxisRole } from "../../../compiler/define/axis-flow.ts";
import { applied, siteOf } from "../../../compiler/define/explanation.ts";
import type { OpOf } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import {
  type Module,
  type Op,
  opAt,
  operandsOf,
  type ValueId,
  valueAt,
  walk,
} from "../../../compiler/ir/module.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { type FloatTensor, stridesOf } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { ParamWriter, type StoredAs } from "../../lowp/passes/dense-params.ts";
import { type AxisClass, axisFlows } from "../../nn/axis-flow.ts";
import { layerNorm, rmsNorm } from "../../nn/ops/norm.ts";
import { denseParam } from "./untie.ts";

type LayerNorm = OpOf<typeof layerNorm>;

/** A residual stream that only layer norms without gain and bias look at, and those norms. */
interface Stream {
  readonly channels: AxisClass;
  readonly norms: readonly LayerNorm[];
}

/** What a stream does that its mean does not change, or that is centred where it is made. */
const harmless: readonly AxisRole[] = ["produced", "bias", "embedded", "added", "standardised", "contracted"];

/**
 * Whatever is added to a stream loses its mean over the channels: weights their column means over the outputs, biases
 * and tables their means. Layer norms, which take the mean away, are norms by the mean square then. For streams that
 * only they look at; not for those of norms by the mean square, to which the mean matters. (A §3 R1)
 */
export function centreStreams(
  module: Module,
  { prov, as }: { readonly prov: Attribute; readonly as: Partial<StoredAs> },
  context: PassContext,
  refuse: (op: Op, reason: string) => void,
): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  for (const { channels, norms } of streamsOf(module, context, refuse)) {
    for (const { symbol, axis, uses } of channels.parameters) {
      if (uses.some(({ role }) => role === "contracted")) continue;
      const parameter = denseParam(module, symbol)!; // streamsOf has looked
      const numbers = writer.read(parameter);
      if (!numbers.ok) return numbers;
      writer.rewrite(parameter, centred(numbers.value, axis), prov, as);
    }
    for (const norm of norms) {
      context.explain?.({
        ...siteOf(module, norm),
        rule: "centre",
        outcome: applied("now a norm by the mean square"),
      });
      const { output } = editor.insertBefore(
        norm,
        rmsNorm,
        { input: norm.operands.input },
        { epsilon: norm.attributes.epsilon },
      );
      editor.replace(norm.results.output, output);
      editor.erase(norm.id);
    }
  }
  writer.finish();
  return writer.problems.length > 0 ? fail(...writer.problems) : ok(editor.commit());
}

function streamsOf(
  module: Module,
  { registry }: PassContext,
  refuse: (op: Op, reason: string) => void,
): readonly Stream[] {
  const flows = axisFlows(module, registry);
  const byClass = new Map<AxisClass, LayerNorm[]>();
  for (const norm of walk(module)) {
    if (!layerNorm.is(norm)) continue;
    const { shape } = valueAt(module, norm.operands.input).type as TensorType;
    if (norm.operands.gain !== undefined || norm.operands.bias !== undefined) continue;
    const channels = flows.classOf(norm.operands.input, shape.length - 1);
    byClass.set(channels, [...(byClass.get(channels) ?? []), norm]);
  }
  return [...byClass].flatMap(([channels, norms]): Stream[] => {
    const reason = obstacle(module, channels, norms);
    if (reason === undefined) return [{ channels, norms }];
    refuse(norms[0]!, reason);
    return [];
  });
}

/** Why the mean of a stream cannot be taken away where it is made, if something is in the way. */
function obstacle(module: Module, channels: AxisClass, norms: readonly LayerNorm[]): string | undefined {
  const several = norms.find(({ operands, attributes: { axis } }) => {
    const rank = (valueAt(module, operands.input).type as TensorType).shape.length;
    return axis !== -1 && axis !== rank - 1;
  });
  if (several) return "it normalises several axes";
  const [pin] = channels.pins;
  if (pin) return `its input must stay as it is, as ${pin.reason}`;
  for (const { op, role, value } of channels.touches) {
    const isOther =
      !harmless.includes(role) ||
      (role === "contracted" && !isWeight(module, value) && !isNormed(module, value));
    if (isOther) return `${opAt(module, op).name} sees its input as it is`;
    if (role === "standardised" && !norms.some((norm) => norm.id === op))
      return "another layer norm of its input keeps its gain";
  }
  const unknown = channels.parameters.find(({ symbol }) => !denseParam(module, symbol));
  if (unknown) return `@${unknown.symbol} is no dense parameter`;
  const both = channels.parameters.find(
    ({ uses }) => new Set(uses.map(({ role }) => role === "contracted")).size > 1,
  );
  return both && `@${both.symbol} is met on both sides of it`;
}

const isWeight = (module: Module, value: ValueId): boolean => {
  const { definedBy } = valueAt(module, value);
  return definedBy !== undefined && operandsOf(opAt(module, definedBy)).length === 0;
};

/** Whether a value is the output of a norm, perhaps cut or reshaped. */
function isNormed(module: Module, value: ValueId): boolean {
  const { definedBy } = valueAt(module, value);
  const op = definedBy === undefined ? undefined : opAt(module, definedBy);
  if (!op) return false;
  if (layerNorm.is(op) || rmsNorm.is(op)) return true;
  const [source, ...others] = operandsOf(op);
  return source !== undefined && others.length === 0 && isNormed(module, source);
}

/** A tensor less its mean along an axis, in f64. */
function centred({ shape, data }: FloatTensor, axis: number): Float64Array {
  const stride = stridesOf(shape)[axis]!;
  const extent = shape[axis]!;
  const numbers = Float64Array.from(data);
  for (let block = 0; block < numbers.length; block += stride * extent)
    for (let start = block; start < block + stride; start++) {
      let sum = 0;
      for (let at = 0; at < extent; at++) sum += numbers[start + at * stride]!;
      for (let at = 0; at < extent; at++)
        numbers[start + at * stride] = numbers[start + at * stride]! - sum / extent;
    }
  return numbers;
}
