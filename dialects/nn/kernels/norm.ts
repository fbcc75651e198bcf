import { batchNorm, layerNorm, rmsNorm } from "../ops/norm.ts";
import * as reference from "../reference/norm.ts";
import { axisOf } from "./axes.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, optionalFloats } from "./values.ts";

/** Kernels of ops/norm.ts. */
export const normKernels = [
  defineTensorKernel(rmsNorm, ({ input, gain }, attributes) =>
    reference.rmsNorm(floats(input), optionalFloats(gain), attributes),
  ),
  defineTensorKernel(layerNorm, ({ input, gain, bias }, { epsilon, axis }) =>
    reference.layerNorm(floats(input), optionalFloats(gain), optionalFloats(bias), {
      epsilon,
      axis: axisOf(axis, input),
    }),
  ),
  defineTensorKernel(batchNorm, ({ input, gain, bias, mean, variance }, attributes) =>
    reference.batchNorm(
      floats(input),
      { scale: floats(gain), bias: floats(bias), mean: floats(mean), variance: floats(variance) },
      attributes,
    ),
  ),
];
