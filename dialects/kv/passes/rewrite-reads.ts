import type { Module, Op, ValueId } from "../../../compiler/ir/module.ts";
import type { DialectType, TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { dequantize, quantize } from "../../lowp/ops.ts";
import type { CacheTypes } from "../cache-types.ts";
import { withoutPlan } from "../planned-caches.ts";
import type { Attention } from "./find-caches.ts";

/** nn.attention(q, k, v) → nn.attention(q, dequantize(quantize(k)), dequantize(quantize(v))) */
export function rewriteReads(
  module: Module,
  attentions: readonly { readonly op: Attention; readonly types: CacheTypes }[],
): Module {
  const editor = new Editor(module);
  for (const { op, types } of attentions) {
    const keys = rounded(editor, op, op.operands.keys, types.keys);
    const values = rounded(editor, op, op.operands.values, types.values);
    editor.update({ ...withoutPlan(op), operands: { ...op.operands, keys, values } });
  }
  return editor.commit();
}

function rounded(editor: Editor, anchor: Op, input: ValueId, element: DialectType | undefined): ValueId {
  if (!element) return input;
  const output = { ...(editor.typeOf(input) as TensorType), element };
  const codes = editor.insertBefore(anchor, quantize, { input }, {}, { resultTypes: { output } });
  return editor.insertBefore(anchor, dequantize, { input: codes.output }, {}).output;
}
