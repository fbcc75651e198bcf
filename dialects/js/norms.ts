import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { Type } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { layerNorm, rmsNorm } from "../nn/ops/norm.ts";
import * as reference from "../nn/reference/norm.ts";

/** An item per operand of a norm. */
export interface NormOperands<Item> {
  readonly input: Item;
  readonly gain: Item | undefined;
  readonly bias: Item | undefined;
}
interface NormAttributes {
  readonly norm: "rms" | "layer";
  readonly epsilon: number;
}

/** The type of a norm over the last axis: that of its input; or why its operands do not fit. */
export function inferNorm(
  { input, gain, bias }: NormOperands<Type>,
  { norm, epsilon }: NormAttributes,
): Type | Mismatch {
  if (norm === "rms" && bias !== undefined)
    return mismatch("norm-bias", "js.norm_quantize with norm = rms takes no bias", {
      hint: "write norm = layer, or leave the bias out",
      blames: "bias",
    });
  const found =
    norm === "rms"
      ? rmsNorm.spec.infer!({ input, gain }, { epsilon })
      : layerNorm.spec.infer!({ input, gain, bias }, { epsilon, axis: -1 });
  return isMismatch(found) ? found : found.output;
}

/** The norm of the rows of input [..., D], with gain and bias [D], rounded once. */
export const evaluateNorm = (
  { input, gain, bias }: NormOperands<FloatTensor>,
  { norm, epsilon }: NormAttributes,
): FloatTensor =>
  norm === "rms"
    ? reference.rmsNorm(input, gain, { epsilon })
    : reference.layerNorm(input, gain, bias, { epsilon, axis: input.shape.length - 1 });
