import { uses } from "../../../compiler/ir/analysis.ts";
import { type Module, type Op, opAt, resultsOf, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import { DYNAMIC, type TensorType } from "../../../compiler/ir/types.ts";
import { gather } from "../../nn/ops/gather.ts";
import { slice } from "../../nn/ops/slice.ts";
import type { HoistRule } from "./hoist-linear.ts";
import { takesCodes } from "./takes-codes.ts";

/** A verdict with the figures it was made by. */
interface Verdict {
  readonly pays: boolean;
  readonly figures: string;
}

/**
 * Whether dequantizing `result` instead of `value`, which it is made of, is less work. Where `value` has other users
 * that need its numbers, dequantizing is done twice, so that nothing is gained.
 */
export function weighMove(
  module: Module,
  { value, result }: { readonly value: ValueId; readonly result: ValueId },
  rule: HoistRule,
): Verdict {
  if (takesCodes(module, result)) return { pays: true, figures: "those who use it take codes" };
  const parts = (uses(module).get(value) ?? []).map((id) => opAt(module, id));
  const all = count(module, value, rule);
  const whole = parts.find((op) => !slice.is(op) && !gather.is(op));
  if (whole && parts.length > 1)
    return { pays: false, figures: `${parts.length} users, of which ${whole.name} needs all ${all} numbers` };
  const needed = whole
    ? count(module, result, rule)
    : parts.reduce((sum, op) => sum + resultCount(module, op, rule), 0);
  return { pays: needed < all, figures: `${needed} of ${all} numbers to dequantize` };
}

const resultCount = (module: Module, op: Op, rule: HoistRule): number =>
  count(module, resultsOf(op)[0]!, rule);

/** Elements of a value; the assumed rows stand for all of its unknown extents together. */
function count(module: Module, value: ValueId, rule: HoistRule): number {
  const { shape } = valueAt(module, value).type as TensorType; // the ops it comes from and goes to are on tensors
  const known = shape.filter((extent) => extent !== DYNAMIC);
  const product = known.reduce((total, extent) => total * extent, 1);
  return known.length === shape.length ? product : product * rule.rows();
}
