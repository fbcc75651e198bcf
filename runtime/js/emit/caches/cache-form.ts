import type { CompositeValue } from "../../../../compiler/define/kernel.ts";
import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { TensorType } from "../../../../compiler/ir/types.ts";
import type { Tensor } from "../../../../compiler/numeric/tensor.ts";
import { ring } from "../../../../dialects/lowp/types.ts";
import { readEntries } from "../../kernels/read-entries.ts";
import { known } from "../extents.ts";
import type { ValueForm } from "../value-form.ts";
import { cacheParts } from "./cache-parts.ts";
import { cacheTypeOf, codedEntriesOf } from "./cache-type.ts";
import { emptyCache, grow } from "./grow.ts";

/** Rings: codes, scales and offsets of the entries that are rounded, with those that wait behind. */
export const cacheForm: ValueForm = {
  accepts: (element) => ring.is(element),
  parts: (type) => cacheParts(cacheTypeOf(type)),
  encode(context, type, input) {
    const empty = emptyCache(context, type);
    const [entries = known(0)] = input.shape;
    return context.is(entries, 0) ? empty : grow(context, type, empty, input).cache;
  },
  decode(context, tensor, { shape, parts: { codes, scale, zero, shift, recent } }) {
    const type = cacheTypeOf(tensor);
    const output = context.allocate("f32", shape);
    const offsets = zero ?? shift;
    context.step(readEntries({ ...type, coded: codedEntriesOf(type) }), type.groups, {
      ...{ codes: codes!.address, scales: scale!.address, tail: recent!.address },
      ...(offsets && { offsets: offsets.address }),
      ...{ output: output.address, entries: shape[0]! },
    });
    return output;
  },
  compose,
};

function compose(type: TensorType, parts: Readonly<Record<string, Tensor>>): CompositeValue {
  const { element } = type;
  if (!ring.is(element)) return unreachable("a cache is a ring");
  const { recent, ...old } = parts;
  const { codes } = old;
  const entries = codes!.shape[0]! + recent!.shape[0]!;
  return {
    type: element,
    shape: type.shape.with(0, entries),
    components: {
      old: { type: element.parameters.old, shape: codes!.shape, components: old },
      recent: recent!,
    },
  };
}
