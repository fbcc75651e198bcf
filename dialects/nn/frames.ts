import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { same, type TensorType } from "../../compiler/ir/types.ts";

/**
 * What an op does with the encodings of its operands that speak of the tensor as a whole (layouts). Those of single
 * axes move with the axes, as the op says how its axes flow, and their own dialect decides where they may.
 * identity: there must be none, as the op means the numbers in the basis the model was written in.
 * equal: linear in all operands together, so they must share one, and the result has it.
 * free: the op accounts for encodings itself.
 */
export type FramePolicy = "identity" | "equal" | "free";

/** The one place that decides which encodings may meet at an op. */
export function checkFrames(
  name: string,
  policy: FramePolicy,
  operands: readonly (readonly [string, TensorType])[],
): Mismatch | undefined {
  switch (policy) {
    case "free":
      return undefined;
    case "identity": {
      const framed = operands.find(([, { encoding }]) => encoding !== undefined);
      if (framed === undefined) return undefined;
      return mismatch("frame", `${name} needs the identity frame`, {
        hint: `undo the transform of ${framed[0]} before it`,
        blames: framed[0],
      });
    }
    case "equal": {
      const first = operands[0]?.[1].encoding;
      const stray = operands.find(([, { encoding }]) => !same(encoding, first));
      if (stray === undefined) return undefined;
      return mismatch("frame", `operands of ${name} are in different frames`, {
        hint: "apply the same transform to both",
        blames: stray[0],
      });
    }
    default:
      return policy satisfies never;
  }
}
