import { compare, where } from "../ops/select.ts";
import * as reference from "../reference/select.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { dense, integers } from "./values.ts";

/** Kernels of ops/select.ts. */
export const selectKernels = [
  defineTensorKernel(where, ({ condition, whenTrue, whenFalse }) =>
    reference.where(integers(condition), dense(whenTrue), dense(whenFalse)),
  ),
  defineTensorKernel(compare, ({ left, right }, attributes) =>
    reference.compare(dense(left), dense(right), attributes),
  ),
];
