import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import { type Op, opAt, type ValueId } from "../../../compiler/ir/module.ts";
import { type FloatType, f32, type TensorType, type Type, tensorType } from "../../../compiler/ir/types.ts";
import type { FloatData } from "../../../compiler/numeric/tensor.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { add } from "../../nn/ops/binary.ts";
import { layerNorm } from "../../nn/ops/norm.ts";
import {
  type ChannelTransform,
  scaledColumns,
  scaledGain,
  shiftedNormBias,
  weightTimesShift,
} from "../channel-transform.ts";
import { castDense } from "../dense.ts";
import { get } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import type { ParamWriter } from "./dense-params.ts";
import type { NormGroup } from "./norm-groups.ts";

/** What groups of one pass are rewritten with. */
export interface GroupRewriter {
  readonly editor: Editor;
  readonly writer: ParamWriter;
  readonly prov: Attribute;
}

/**
 * norm → linears becomes a norm that gives (x − z) / s → linears with W · diag(s) and bias + W z, which is the same in
 * the reals. A layer norm takes −z into its bias, made where it has none; after an rms norm, which has none, an nn.add
 * stands. Linear ops get a bias where they have none. Fails where bytes of a weight are missing.
 */
export function transformGroup(
  { editor, writer, prov }: GroupRewriter,
  group: NormGroup,
  transform: ChannelTransform,
): Result<void> {
  const shift = transform.shift?.some((z) => z !== 0) ? transform.shift : undefined;
  const gains = writer.read(group.gain);
  if (!gains.ok) return gains;
  const { data: gain } = gains.value;
  writer.rewrite(group.gain, scaledGain(gain, transform), prov);
  const biases = new Map<ParamOp, ValueOfParam>();
  for (const weight of group.weights) {
    const numbers = writer.read(weight);
    if (!numbers.ok) return numbers;
    writer.rewrite(weight, scaledColumns(numbers.value.data, transform), prov);
    if (!shift) continue;
    const made = addToBias(
      { editor, writer, prov },
      group,
      weight,
      weightTimesShift(numbers.value.data, shift),
    );
    if (!made.ok) return made;
    if (made.value) biases.set(weight, made.value);
  }
  const addends = shiftedNormBias(new Float64Array(group.channels), transform);
  const inputs = new Map<ValueId, ValueOfParam>();
  if (group.bias) {
    const bias = writer.read(group.bias);
    if (!bias.ok) return bias;
    writer.rewrite(group.bias, shiftedNormBias(bias.value.data, transform), prov);
  } else if (shift) {
    const output = editor.typeOf(group.norms[0]!.results.output) as TensorType;
    const like = group.norms.every((norm) => layerNorm.is(norm)) ? group.gain.attributes.type : output;
    const param = addVector({ editor, writer, prov }, group.gain, "shift", { numbers: addends, like });
    for (const norm of group.norms) {
      if (layerNorm.is(norm))
        editor.update({ ...norm, operands: { ...norm.operands, bias: readValue(editor, norm, param) } });
      else inputs.set(norm.results.output, param);
    }
  }
  connect(editor, group, biases, inputs);
  return ok(undefined);
}

/** A parameter that the transform made. */
export interface ValueOfParam {
  readonly name: string;
  readonly type: TensorType;
}

/** b + W z in the bias parameter of a weight's linears, or W z in a new one, which is returned. */
export function addToBias(
  rewriter: GroupRewriter,
  { linears }: NormGroup,
  weight: ParamOp,
  addend: Float64Array,
): Result<ValueOfParam | undefined> {
  const bias = linears.find((each) => each.weight === weight)?.bias;
  if (!bias)
    return ok(addVector(rewriter, weight, "bias", { numbers: addend, like: weight.attributes.type }));
  const numbers = rewriter.writer.read(bias);
  if (!numbers.ok) return numbers;
  const sums = Float64Array.from(numbers.value.data, (value, row) => value + addend[row]!);
  rewriter.writer.rewrite(bias, sums, rewriter.prov);
  return ok(undefined);
}

/** A new vector beside a parameter, f64 where what it is `like` is of f64, and f32 else. */
function addVector(
  { writer, prov }: GroupRewriter,
  beside: ParamOp,
  suffix: string,
  { numbers, like }: { readonly numbers: FloatData; readonly like: Type },
): ValueOfParam {
  const { element } = like as TensorType;
  const stored: FloatType = element.kind === "float" && element.name === "f64" ? element : f32;
  const name = `${beside.attributes.sym_name}.${suffix}`;
  const type = tensorType([numbers.length], stored);
  const value = castDense({ shape: type.shape, data: numbers }, stored);
  writer.add(beside, { name, type, value, prov });
  return { name, type };
}

/** A lowp.get of it, before an op. */
export const readValue = (editor: Editor, anchor: Op, { name, type }: ValueOfParam): ValueId =>
  editor.insertBefore(anchor, get, {}, { param: name.split("::") }, { resultTypes: { value: type } }).value;

/** Gives the linears their new biases, and inputs that come by way of an nn.add. */
function connect(
  editor: Editor,
  { linears }: NormGroup,
  biases: ReadonlyMap<ParamOp, ValueOfParam>,
  inputs: ReadonlyMap<ValueId, ValueOfParam>,
): void {
  const shifted = new Map<ValueId, ValueId>();
  for (const { op, weight } of linears) {
    const addend = inputs.get(op.operands.input);
    const bias = biases.get(weight);
    if (!addend && !bias) continue;
    if (addend && !shifted.has(op.operands.input)) {
      const sum = editor.insertBefore(
        op,
        add,
        { left: op.operands.input, right: readValue(editor, op, addend) },
        {},
      );
      shifted.set(op.operands.input, sum.output);
    }
    const input = shifted.get(op.operands.input) ?? op.operands.input;
    const operands = { ...op.operands, input, ...(bias && { bias: readValue(editor, op, bias) }) };
    editor.update({ ...opAt(editor.module, op.id), operands });
  }
}
