import { defineKernel, isDense, type Kernel, verifiedFloats } from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { appendToRing } from "../lowp/ring.ts";
import { attend, historyOf } from "./attend.ts";
import { attendOnCodes } from "./attend-on-codes.ts";
import { append, attention } from "./ops.ts";

const appendKernel = defineKernel(append, ({ cache, entries }) => {
  if (isDense(cache)) return unreachable("verified to be a ring");
  const output = appendToRing(cache, verifiedFloats(entries));
  return isMismatch(output) ? output : { output };
});

const attentionKernel = defineKernel(attention, (inputs, { scale, on_codes: side }, { precision }) => {
  const query = verifiedFloats(inputs.query);
  const onCodes = { keys: side === "keys" || side === "both", values: side === "values" || side === "both" };
  const keys = historyOf(inputs.past_keys, verifiedFloats(inputs.new_keys), precision, onCodes.keys);
  if (isMismatch(keys)) return keys;
  const values = historyOf(inputs.past_values, verifiedFloats(inputs.new_values), precision, onCodes.values);
  if (isMismatch(values)) return values;
  const compute = side === "none" ? attend : attendOnCodes;
  return { output: compute(query, keys, values, scale ?? 1 / Math.sqrt(query.shape[2]!)) };
});

/** Reference semantics of the dialect. */
export const kvKernels: readonly Kernel[] = [appendKernel, attentionKernel];
