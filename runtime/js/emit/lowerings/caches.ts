import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import type { TensorType } from "../../../../compiler/ir/types.ts";
import { append, attention } from "../../../../dialects/kv/ops.ts";
import { grow } from "../caches/grow.ts";
import { defineLowering, type LoweringContext, type OpLowering } from "../lowering.ts";
import { type AttentionSide, attend } from "./attention.ts";
import { joined } from "./concat.ts";

/** Caches that are rounded while they grow. */
export const cacheLowerings: readonly OpLowering[] = [
  defineLowering(append, ({ operands, results }, context) => {
    const past = context.value(operands.cache);
    if (past.kind !== "coded") return unreachable("a cache is an argument, or made of one");
    const type = context.typeOf(operands.cache) as TensorType;
    context.define(results.output, grow(context, type, past, context.dense(operands.entries)).cache);
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

/** A cache with what comes next, as attention reads it. */
function sideOf(context: LoweringContext, pastId: ValueId, nextId: ValueId): AttentionSide {
  const [past, next] = [context.value(pastId), context.dense(nextId)];
  if (past.kind !== "coded") return joined(context, [context.dense(pastId), next], 0);
  const { cache, history, type } = grow(context, context.typeOf(pastId) as TensorType, past, next);
  const { rule, block, codes: integers } = type;
  const { codes, scale, zero, shift } = cache.parts;
  return {
    address: history.address,
    shape: cache.shape,
    coded: {
      form: {
        rule,
        ...block,
        storage: integers.storage,
        offset: integers.zero ? "zero" : integers.shift ? "shift" : "none",
      },
      codes: codes!.address,
      scales: scale!.address,
      offsets: (zero ?? shift)?.address,
    },
  };
}
