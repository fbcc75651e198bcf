import { type Mismatch, mismatch, type OpOf } from "../../../compiler/define/op.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { type Module, type OpId, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { attention } from "../../nn/ops/attention.ts";
import { concat } from "../../nn/ops/shape.ts";

export type Attention = OpOf<typeof attention>;

/** What attention reads: entries of earlier tokens, an argument of the function, and those of the tokens fed. */
export interface Cache {
  /** The nn.concat that joins them. */
  readonly join: OpId;
  readonly past: ValueId;
  readonly next: ValueId;
  readonly joined: ValueId;
  /** [tokens, heads, width] of floats. */
  readonly type: TensorType;
}

export interface CachedAttention {
  readonly op: Attention;
  readonly keys: Cache;
  readonly values: Cache;
}

/** Every nn.attention, in the order of the file. */
export const attentions = (module: Module): readonly Attention[] =>
  walk(module).filter((op): op is Attention => attention.is(op));

/** The caches of an attention, or why there are none that could be rounded while they grow. */
export function cachesOf(module: Module, op: Attention): CachedAttention | Mismatch {
  if (!op.attributes.causal)
    return mismatch("kv-not-causal", "attention that is not causal reads tokens before they are in a cache", {
      hint: "only causal attention grows its caches token by token; storage=float rounds what any attention reads",
    });
  const keys = cacheOf(module, op.operands.keys, "keys");
  if ("code" in keys) return keys;
  const values = cacheOf(module, op.operands.values, "values");
  return "code" in values ? values : { op, keys, values };
}

function cacheOf(module: Module, joined: ValueId, what: string): Cache | Mismatch {
  const refuse = (reason: string) =>
    mismatch("kv-no-cache", `the ${what} of this attention are no cache: ${reason}`, {
      hint: `a cache is nn.concat([%past, %new]) {axis = 0} with %past an argument of the function; storage=float rounds what any attention reads`,
    });
  const { definedBy, type } = valueAt(module, joined);
  const producer = definedBy === undefined ? undefined : opAt(module, definedBy);
  if (!producer || !concat.is(producer)) return refuse("they are not joined from earlier and new ones");
  const [past, next, ...others] = producer.operands.inputs;
  if (past === undefined || next === undefined || others.length > 0)
    return refuse(`${producer.operands.inputs.length} tensors are joined, not two`);
  if (producer.attributes.axis !== 0) return refuse(`they are joined along axis ${producer.attributes.axis}`);
  if (valueAt(module, past).definedBy !== undefined)
    return refuse("the earlier ones are no argument of the function");
  if (type.kind !== "tensor" || type.element.kind !== "float" || type.element.name !== "f32")
    return refuse(`they are ${describeType(type)}, and rings read as f32`);
  return { join: producer.id, past, next, joined, type };
}
