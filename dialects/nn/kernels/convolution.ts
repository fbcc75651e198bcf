import { conv2d } from "../ops/convolution.ts";
import * as reference from "../reference/convolution.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, optionalFloats } from "./values.ts";

/** Kernels of ops/convolution.ts. */
export const convolutionKernels = [
  defineTensorKernel(conv2d, ({ input, weight, bias }, attributes) =>
    reference.conv2d(floats(input), floats(weight), optionalFloats(bias), attributes),
  ),
];
