import { averagePool2d, globalAveragePool, maxPool2d } from "../ops/pool.ts";
import * as reference from "../reference/pool.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats } from "./values.ts";

/** Kernels of ops/pool.ts. */
export const poolKernels = [
  defineTensorKernel(maxPool2d, ({ input }, { ceil_mode, ...window }) =>
    reference.maxPool2d(floats(input), { ...window, ceilMode: ceil_mode }),
  ),
  defineTensorKernel(averagePool2d, ({ input }, { ceil_mode, count_include_pad, ...window }) =>
    reference.averagePool2d(floats(input), {
      ...window,
      ceilMode: ceil_mode,
      countIncludePad: count_include_pad,
    }),
  ),
  defineTensorKernel(globalAveragePool, ({ input }) => reference.globalAveragePool(floats(input))),
];
