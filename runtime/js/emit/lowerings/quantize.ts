import { mismatch } from "../../../../compiler/define/op.ts";
import { type LoweringContext, refuse } from "../lowering.ts";
import type { CodedValue, DenseValue } from "../values.ts";

/** The floats that codes stand for. */
export function dequantized(_context: LoweringContext, _value: CodedValue): DenseValue {
  return refuse(mismatch("js-unsupported", "the js backend cannot dequantize this value"));
}
