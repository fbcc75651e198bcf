import { defineKernel } from "../../../compiler/define/kernel.ts";
import { mismatch } from "../../../compiler/define/op.ts";
import { isTensor } from "../constraints.ts";
import { describeShape } from "../describe.ts";
import { refine } from "../ops/refine.ts";
import { broadcastTo, concat, reshape, transpose } from "../ops/shape.ts";
import { broadcastTo as repeat } from "../reference/broadcast.ts";
import * as reference from "../reference/shape.ts";
import { shapesAgree } from "../shapes.ts";
import { axisOf } from "./axes.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { dense } from "./values.ts";

/** Kernels of ops/shape.ts and ops/refine.ts. */
export const shapeKernels = [
  defineTensorKernel(reshape, ({ input }, _, { output }) => reference.reshape(dense(input), output.shape)),
  defineTensorKernel(transpose, ({ input }, attributes) => reference.transpose(dense(input), attributes)),
  defineTensorKernel(concat, ({ inputs }, { axis }, { output }) =>
    reference.concat(inputs.map(dense), { axis: axisOf(axis, output) }),
  ),
  defineTensorKernel(broadcastTo, ({ input }, _, { output }) => repeat(dense(input), output.shape)),
  defineKernel(refine, ({ input }, _, context, { results }) => {
    const type = context.typeOf(results.output);
    if (!isTensor(type) || shapesAgree(type.shape, input.shape)) return { output: input };
    const [found, promised] = [describeShape(input.shape), describeShape(type.shape)];
    return mismatch("refine-shape", `nn.refine promises ${promised}, but the data is ${found}`, {
      blames: "input",
    });
  }),
];
