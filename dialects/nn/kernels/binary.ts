import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import * as op from "../ops/binary.ts";
import * as reference from "../reference/binary.ts";
import type { ArithmeticData } from "../reference/elementwise.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, numbers } from "./values.ts";

/** Kernels of ops/binary.ts. */
export const binaryKernels = [
  combine(op.add, reference.add),
  combine(op.sub, reference.sub),
  combine(op.mul, reference.mul),
  combine(op.div, reference.div),
  combine(op.min, reference.min),
  combine(op.max, reference.max),
  defineTensorKernel(op.pow, ({ left, right }) => reference.pow(floats(left), floats(right))),
];

type Arithmetic = (left: Tensor<ArithmeticData>, right: Tensor<ArithmeticData>) => Tensor<ArithmeticData>;

function combine(definition: typeof op.add, operation: Arithmetic) {
  return defineTensorKernel(definition, ({ left, right }) => operation(numbers(left), numbers(right)));
}
