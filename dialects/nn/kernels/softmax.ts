import { logSoftmax, softmax } from "../ops/softmax.ts";
import * as reference from "../reference/softmax.ts";
import { axisOf } from "./axes.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats } from "./values.ts";

/** Kernels of ops/softmax.ts. */
export const softmaxKernels = [
  defineTensorKernel(softmax, ({ input }, { axis }) =>
    reference.softmax(floats(input), { axis: axisOf(axis, input) }),
  ),
  defineTensorKernel(logSoftmax, ({ input }, { axis }) =>
    reference.logSoftmax(floats(input), { axis: axisOf(axis, input) }),
  ),
];
