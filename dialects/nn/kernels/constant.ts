import { elementCount } from "../../../compiler/numeric/tensor.ts";
import { constant, iota, zeros } from "../ops/constant.ts";
import { positions } from "../ops/positions.ts";
import * as reference from "../reference/shape.ts";
import { allocate } from "./allocate.ts";
import { axisOf } from "./axes.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { readConstant } from "./read-constant.ts";

/** Kernels of ops/constant.ts. */
export const constantKernels = [
  defineTensorKernel(constant, (_, { value }, { kernel }) =>
    kernel.memo(value, () => readConstant(value, kernel.precision)),
  ),
  defineTensorKernel(zeros, (_, { shape, element }, { kernel }) => ({
    shape,
    data: allocate(element, elementCount(shape), kernel.precision),
  })),
  defineTensorKernel(positions, ({ input }) => reference.iota([input.shape[0]!], 0)),
  defineTensorKernel(iota, (_, { shape, axis }) => reference.iota(shape, axisOf(axis, { shape }))),
];
