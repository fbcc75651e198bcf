import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import { type Module, walk } from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { scaledColumns, weightTimesShift } from "../../lowp/channel-transform.ts";
import { get } from "../../lowp/ops.ts";
import type { ParamOp } from "../../lowp/params.ts";
import { ParamWriter, type StoredAs } from "../../lowp/passes/dense-params.ts";
import type { NormGroup } from "../../lowp/passes/norm-groups.ts";
import { addToBias, readValue, type ValueOfParam } from "../../lowp/passes/transform-group.ts";

/**
 * norm(x) · g + b into W becomes norm(x) into W · diag(g), with W b added to what the linear ops add; the norms have
 * neither gain nor bias then. Computed in f64, rounded once. (A §3 R1)
 */
export function foldGains(
  module: Module,
  groups: readonly NormGroup[],
  { prov, as }: { readonly prov: Attribute; readonly as: Partial<StoredAs> },
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  for (const [i, group] of groups.entries()) {
    context.progress(i, groups.length, group.gain.attributes.sym_name);
    const folded = foldGroup({ editor, writer, prov, as }, group);
    if (!folded.ok) return folded;
  }
  writer.finish();
  return writer.problems.length > 0 ? fail(...writer.problems) : ok(editor.commit());
}

interface Folding {
  readonly editor: Editor;
  readonly writer: ParamWriter;
  readonly prov: Attribute;
  readonly as: Partial<StoredAs>;
}

function foldGroup({ editor, writer, prov, as }: Folding, group: NormGroup): Result<void> {
  const gain = writer.read(group.gain);
  const shift = group.bias ? writer.read(group.bias) : ok(undefined);
  if (!gain.ok) return gain;
  if (!shift.ok) return shift;
  const scale = Float64Array.from(gain.value.data);
  const biases = new Map<ParamOp, ValueOfParam>();
  for (const weight of group.weights) {
    const numbers = writer.read(weight);
    if (!numbers.ok) return numbers;
    writer.rewrite(weight, scaledColumns(numbers.value.data, { scale }), prov, as);
    if (!shift.value) continue;
    const addend = weightTimesShift(numbers.value.data, Float64Array.from(shift.value.data));
    const made = addToBias({ editor, writer, prov }, group, weight, addend);
    if (!made.ok) return made;
    if (made.value) biases.set(weight, made.value);
  }
  for (const { op, weight } of group.linears) {
    const bias = biases.get(weight);
    if (bias) editor.update({ ...op, operands: { ...op.operands, bias: readValue(editor, op, bias) } });
  }
  for (const norm of group.norms)
    editor.update({
      ...norm,
      operands: { ...norm.operands, gain: undefined, ...(group.bias && { bias: undefined }) },
    });
  for (const parameter of [group.gain, ...(group.bias ? [group.bias] : [])])
    remove(editor, writer, parameter);
  return ok(undefined);
}

/** A parameter and what reads it, which nobody uses any more. */
function remove(editor: Editor, writer: ParamWriter, parameter: ParamOp): void {
  for (const op of walk(editor.module))
    if (get.is(op) && op.attributes.param.join("::") === parameter.attributes.sym_name) editor.erase(op.id);
  writer.remove(parameter);
}
