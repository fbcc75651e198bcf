import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, integerAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type OpId, opAt, valueAt } from "../../../compiler/ir/module.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { type FloatTensor, stridesOf } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { calibratedProvenance } from "../../lowp/passes/input-statistics.ts";
import type { ParameterAxis } from "../../nn/axis-flow.ts";
import { rmsNorm } from "../../nn/ops/norm.ts";
import { broadcastTo, reshape } from "../../nn/ops/shape.ts";
import { slice } from "../../nn/ops/slice.ts";
import { withFunctionTypes } from "./change-basis.ts";
import type { SliceSite } from "./slice-sites.ts";
import { denseParam } from "./untie.ts";

/** Orthonormal rows f64[kept, extent]: a stream x becomes x · rowsᵀ. */
export interface Subspace {
  readonly rows: Float64Array;
  readonly kept: number;
}

/**
 * A stream x of d channels becomes its k coordinates x Qᵀ in a subspace: what makes it gives k channels, W ← Q W, and
 * what reads it reads k, W ← W Qᵀ. A norm then divides by the mean square of k channels instead of d: with
 * epsilon · d / k, and weights behind it times √(d / k), it is that of x QᵀQ. With k = d nothing changes in the reals.
 */
export function sliceClass(
  module: Module,
  { channels, norms, normed }: SliceSite,
  { rows, kept }: Subspace,
  context: PassContext,
): Result<Module> {
  const { extent, places, parameters } = channels;
  const editor = new Editor(module);
  const writer = new ParamWriter(editor, context.constants);
  for (const { value, axis } of places) {
    const type = editor.typeOf(value) as TensorType;
    editor.retype(value, { ...type, shape: type.shape.with(axis, kept) });
    restate(editor, valueAt(module, value).definedBy, axis, { extent, kept });
  }
  for (const { id } of norms) {
    const norm = opAt(module, id);
    if (!rmsNorm.is(norm)) continue;
    const epsilon = (norm.attributes.epsilon * extent) / kept;
    editor.update({ ...norm, attributes: { ...norm.attributes, epsilon } });
  }
  for (const [symbol, axes] of axesBySymbol(parameters)) {
    const parameter = denseParam(module, symbol)!; // sliceSite has looked
    const numbers = writer.read(parameter);
    if (!numbers.ok) return numbers;
    const scale = normed.includes(symbol) ? Math.sqrt(extent / kept) : 1;
    const wide = { ...numbers.value, data: Float64Array.from(numbers.value.data, (value) => value * scale) };
    const sliced = axes.reduce<FloatTensor>((tensor, axis) => alongAxis(tensor, axis, rows), wide);
    const prov = provenance(parameter.attributes.prov, { extent, kept }, context);
    writer.rewrite(parameter, sliced.data as Float64Array, prov, { shape: sliced.shape });
  }
  writer.finish();
  return writer.problems.length > 0 ? fail(...writer.problems) : ok(withFunctionTypes(editor.commit()));
}

interface Extents {
  readonly extent: number;
  readonly kept: number;
}

/** Ops that say what they make in an attribute say it anew. */
function restate(editor: Editor, id: OpId | undefined, axis: number, { extent, kept }: Extents): void {
  const op = id === undefined ? undefined : opAt(editor.module, id);
  if (!op) return;
  const anew = (extents: readonly number[]) =>
    extents[axis] === extent ? extents.with(axis, kept) : extents;
  if (reshape.is(op) || broadcastTo.is(op)) {
    const shape = anew(op.attributes.shape);
    editor.update({ ...op, attributes: { ...op.attributes, shape } });
  } else if (slice.is(op)) {
    const sizes = anew(op.attributes.sizes);
    editor.update({ ...op, attributes: { ...op.attributes, sizes } });
  }
}

function axesBySymbol(parameters: readonly ParameterAxis[]): ReadonlyMap<string, readonly number[]> {
  const axes = new Map<string, readonly number[]>();
  for (const { symbol, axis } of parameters) axes.set(symbol, [...(axes.get(symbol) ?? []), axis]);
  return axes;
}

/** A tensor whose vectors along an axis are multiplied by a matrix of rows as long; sums run first to last in f64. */
export function alongAxis(tensor: FloatTensor, axis: number, rows: Float64Array): FloatTensor {
  const extent = tensor.shape[axis]!;
  const kept = rows.length / extent;
  const shape = tensor.shape.with(axis, kept);
  const stride = stridesOf(tensor.shape)[axis]!;
  const blocks = tensor.data.length / (extent * stride);
  const data = new Float64Array(blocks * kept * stride);
  for (let block = 0; block < blocks; block++)
    for (let to = 0; to < kept; to++)
      for (let from = 0; from < extent; from++) {
        const factor = rows[to * extent + from]!;
        const [out, input] = [(block * kept + to) * stride, (block * extent + from) * stride];
        for (let at = 0; at < stride; at++)
          data[out + at] = data[out + at]! + factor * tensor.data[input + at]!;
      }
  return { shape, data };
}

const provenance = (
  before: Attribute | undefined,
  { extent, kept }: Extents,
  context: PassContext,
): Attribute =>
  calibratedProvenance(
    {
      pass: stringAttribute("slice-channels"),
      channels: integerAttribute(kept),
      of: integerAttribute(extent),
      ...(before && { before }),
    },
    context,
  );
