import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import * as op from "../ops/unary.ts";
import * as reference from "../reference/elementwise.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { floats, numbers } from "./values.ts";

/** Kernels of ops/unary.ts. */
export const unaryKernels = [
  mapFloats(op.relu, reference.relu),
  mapFloats(op.silu, reference.silu),
  mapFloats(op.sigmoid, reference.sigmoid),
  mapFloats(op.tanh, reference.tanh),
  mapFloats(op.exp, reference.exp),
  mapFloats(op.log, reference.log),
  mapFloats(op.sqrt, reference.sqrt),
  mapFloats(op.erf, reference.erf),
  mapFloats(op.reciprocal, reference.reciprocal),
  mapFloats(op.floor, reference.floor),
  mapFloats(op.ceil, reference.ceil),
  mapFloats(op.round, reference.round),
  defineTensorKernel(op.neg, ({ input }) => reference.neg(numbers(input))),
  defineTensorKernel(op.abs, ({ input }) => reference.abs(numbers(input))),
  defineTensorKernel(op.gelu, ({ input }, attributes) => reference.gelu(floats(input), attributes)),
  defineTensorKernel(op.leakyRelu, ({ input }, attributes) => reference.leakyRelu(floats(input), attributes)),
  defineTensorKernel(op.clip, ({ input }, { min, max }) =>
    reference.clip(numbers(input), { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }),
  ),
];

function mapFloats(definition: typeof op.relu, map: (input: FloatTensor) => FloatTensor) {
  return defineTensorKernel(definition, ({ input }) => map(floats(input)));
}
