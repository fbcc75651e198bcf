import { mismatch } from "../../../../compiler/define/op.ts";
import type { Extent } from "../../artifact/program.ts";
import { type LoweringContext, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";

/** A value repeated to a shape. */
export function expanded(
  _context: LoweringContext,
  _value: DenseValue,
  _shape: readonly Extent[],
): DenseValue {
  return refuse(mismatch("js-unsupported", "the js backend cannot repeat this operand"));
}
