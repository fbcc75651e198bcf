import { attention, rope } from "../ops/attention.ts";
import { attention as attend } from "../reference/attention.ts";
import { rope as turn } from "../reference/rope.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, integers } from "./values.ts";

/** Kernels of ops/attention.ts. */
export const attentionKernels = [
  defineTensorKernel(attention, ({ query, keys, values }, { scale, causal }) =>
    attend(floats(query), floats(keys), floats(values), {
      scale: scale ?? 1 / Math.sqrt(query.shape[2]!),
      causal,
    }),
  ),
  defineTensorKernel(rope, ({ input, positions }, attributes) =>
    turn(floats(input), integers(positions), attributes),
  ),
];
