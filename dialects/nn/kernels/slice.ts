import { isMismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { pad, slice } from "../ops/slice.ts";
import * as reference from "../reference/shape.ts";
import { sliceAlong } from "../slices.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { dense } from "./values.ts";

/** Kernels of ops/slice.ts. */
export const sliceKernels = [
  defineTensorKernel(slice, ({ input }, { starts, sizes, strides = sizes.map(() => 1) }, { name }) => {
    const axes = input.shape.map((extent, axis) => {
      const asked = { start: starts[axis]!, size: sizes[axis]!, stride: strides[axis]! };
      const found = sliceAlong(name, axis, extent, asked);
      return isMismatch(found) ? unreachable(found.message) : found;
    });
    return reference.slice(dense(input), {
      starts: axes.map(({ start }) => start),
      sizes: axes.map(({ size }) => size),
      strides,
    });
  }),
  defineTensorKernel(pad, ({ input }, attributes) => reference.pad(dense(input), attributes)),
];
