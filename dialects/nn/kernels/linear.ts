import { linear, matmul } from "../ops/linear.ts";
import * as reference from "../reference/linear.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, optionalFloats } from "./values.ts";

/** Kernels of ops/linear.ts. */
export const linearKernels = [
  defineTensorKernel(linear, ({ input, weight, bias }) =>
    reference.linear(floats(input), floats(weight), optionalFloats(bias)),
  ),
  defineTensorKernel(matmul, ({ left, right }) => reference.matmul(floats(left), floats(right))),
];
