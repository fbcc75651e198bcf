import { isDense } from "../../../../compiler/define/kernel.ts";
import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import type { DialectType } from "../../../../compiler/ir/types.ts";
import { append, attention } from "../../../../dialects/kv/ops.ts";
import { codedEntriesOf } from "../caches/cache-type.ts";
import { grow } from "../caches/grow.ts";
import { known } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering } from "../lowering.ts";
import { partOf, type ValuePart } from "../value-form.ts";
import { formOf } from "../value-forms.ts";
import type { CodedValue, DenseValue, KnownValue } from "../values.ts";
import { type AttentionSide, attend } from "./attention.ts";
import { joined } from "./concat.ts";

/** Caches that are rounded while they grow. */
export const cacheLowerings: readonly OpLowering[] = [
  defineLowering(append, ({ operands, results }, context) => {
    const past = cacheAt(context, operands.cache);
    if (!past) return unreachable("verified to be a ring");
    context.define(
      results.output,
      grow(context, past.type, past.value, context.dense(operands.entries)).cache,
    );
  }),
  // Whether scales are multiplied into what is read or elsewhere is equal in the reals: here into what is read.
  defineLowering(attention, ({ operands, attributes: { scale }, results }, context) => {
    const query = context.dense(operands.query);
    const keys = sideOf(context, operands.past_keys, operands.new_keys);
    const values = sideOf(context, operands.past_values, operands.new_values);
    for (const each of [operands.new_keys, operands.new_values])
      context.unify(query.shape[0]!, context.dense(each).shape[0]!);
    context.define(results.output, attend(context, { query, keys, values, scale, causal: true }));
  }),
];

/** A ring, and its type; undefined where it is a tensor of floats. */
function cacheAt(context: LoweringContext, id: ValueId) {
  const [held, value] = [formOf(context.typeOf(id)), context.value(id)];
  if (!held || value.kind === "dense") return undefined;
  const { type, form } = held;
  return { type, value: value.kind === "coded" ? value : constantCache(context, form.parts(type), value) };
}

/** A ring that is a constant. */
function constantCache(
  context: LoweringContext,
  parts: readonly ValuePart[],
  { key, type, value }: KnownValue,
): CodedValue {
  if (isDense(value) || type.kind !== "tensor") return unreachable("a ring is not dense");
  const held = parts.map((part): [string, DenseValue] => {
    const { shape, data } = partOf(value, part);
    const bytes = () => new Uint8Array(data.buffer);
    const address = context.constant(`${key} ${part.path.join(".")}`, bytes);
    const count = shape.reduce((total, extent) => total * extent, 1);
    return [part.name, { kind: "dense", element: part.element, shape: [known(count)], address }];
  });
  const shape = value.shape.map(known);
  return { kind: "coded", type: type.element as DialectType, shape, parts: Object.fromEntries(held) };
}

/** A cache with what comes next, as attention reads it. */
function sideOf(context: LoweringContext, pastId: ValueId, nextId: ValueId): AttentionSide {
  const [past, next] = [cacheAt(context, pastId), context.dense(nextId)];
  if (!past) return joined(context, [context.dense(pastId), next], 0);
  const { cache, history, type } = grow(context, past.type, past.value, next);
  const { codes, scale, zero, shift } = cache.parts;
  return {
    address: history.address,
    shape: cache.shape,
    coded: {
      form: codedEntriesOf(type),
      ...{ codes: codes!.address, scales: scale!.address, offsets: (zero ?? shift)?.address },
    },
  };
}
