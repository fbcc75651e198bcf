import {
  defineKernel,
  type Kernel,
  type KernelContext,
  verifiedFloats,
} from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { apply, def } from "./ops.ts";
import { readTransform } from "./read-transform.ts";
import { applyAlong } from "./transforms/apply-along.ts";
import type { Direction, Transform } from "./transforms/transform.ts";

/** How a rot.apply is carried out. */
export const directionOf = ({
  inverse,
  dual,
}: {
  readonly inverse: boolean;
  readonly dual: boolean;
}): Direction => (dual ? (inverse ? "transpose" : "dual") : inverse ? "inverse" : "forward");

/** In the precision of the data; O(n log n) for a Hadamard transform. */
const applyKernel = defineKernel(apply, ({ input }, { by, axis, ...rest }, context) => {
  const transform = transformOf(by, context);
  if (isMismatch(transform)) return transform;
  const numbers = verifiedFloats(input);
  const extent = numbers.shape[axis]!;
  if (extent % transform.size !== 0)
    return mismatch(
      "transform-size",
      `@${by.join("::@")} maps ${transform.size} channels, and axis ${axis} has ${extent}`,
    );
  return { output: applyAlong(numbers, axis, transform, directionOf(rest)) };
});

function transformOf(path: readonly string[], context: KernelContext): Transform | Mismatch {
  const definition = context.symbol(path);
  if (!definition || !def.is(definition))
    return mismatch("symbol-kind", `@${path.join("::@")} is no transform`);
  return context.memo(definition, () => readTransform(definition.attributes, context));
}

export const rotKernels: readonly Kernel[] = [applyKernel];
