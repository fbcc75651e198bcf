import type { RuntimeValue } from "../../../compiler/define/kernel.ts";
import * as op from "../ops/reduce.ts";
import * as reference from "../reference/reduce.ts";
import { axesOf, axisOf } from "./axes.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, numbers } from "./values.ts";

/** Kernels of ops/reduce.ts. */
export const reduceKernels = [
  defineTensorKernel(op.sum, ({ input }, given) => reference.sum(numbers(input), optionsOf(input, given))),
  defineTensorKernel(op.mean, ({ input }, given) => reference.mean(floats(input), optionsOf(input, given))),
  defineTensorKernel(op.prod, ({ input }, given) => reference.prod(floats(input), optionsOf(input, given))),
  defineTensorKernel(op.reduceMax, ({ input }, given) =>
    reference.max(numbers(input), optionsOf(input, given)),
  ),
  defineTensorKernel(op.reduceMin, ({ input }, given) =>
    reference.min(numbers(input), optionsOf(input, given)),
  ),
  defineTensorKernel(op.argmax, ({ input }, { axis, keep_dims }) =>
    reference.argmax(numbers(input), { axis: axisOf(axis, input), keepDims: keep_dims }),
  ),
];

interface Given {
  readonly axes: readonly number[] | undefined;
  readonly keep_dims: boolean;
}

const optionsOf = (input: RuntimeValue, { axes, keep_dims }: Given): reference.ReduceOptions => ({
  axes: axesOf(axes ?? [...input.shape.keys()], input),
  keepDims: keep_dims,
});
