import { defineKernel, isDense, type Kernel, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { axisOf } from "../nn/kernels/axes.ts";
import { indexes } from "../nn/kernels/values.ts";
import { type IndexTensor, gather as select } from "../nn/reference/gather.ts";
import { reshapeShape } from "../nn/shapes.ts";
import { clampBelow } from "./clamped-value.ts";
import { joinedValue, movedValue } from "./moved-value.ts";
import { concat, gather, relu, reshape, slice, transpose } from "./movement-ops.ts";
import { gathering, reshaping, slicing, transposition } from "./movements.ts";

/** The op on floats was verified to infer a shape from types that this value agrees with. */
const sizesOf = (shape: readonly number[] | Mismatch): readonly number[] =>
  "message" in shape ? unreachable(shape.message) : shape;

export const movementKernels: readonly Kernel[] = [
  defineKernel(reshape, ({ input }, { shape }) => ({
    output: movedValue(input, reshaping(sizesOf(reshapeShape("lowp.reshape", input.shape, shape)))),
  })),
  defineKernel(transpose, ({ input }, { permutation }) => ({
    output: movedValue(input, transposition(permutation)),
  })),
  defineKernel(slice, ({ input }, { starts, sizes }) => {
    const known = sizes.map((size, axis) => (size === -1 ? input.shape[axis]! - starts[axis]! : size));
    return { output: movedValue(input, slicing(starts, known)) };
  }),
  defineKernel(gather, ({ table, indices }, attributes) => {
    const [rows, axis] = [indexes(indices), axisOf(attributes.axis, table)];
    const problem = strayIndex(rows, table, axis);
    if (problem) return problem;
    const movement = gathering(axis, rows.shape, (tensor: Tensor) => select(tensor, rows, { axis }));
    return { output: movedValue(table, movement) };
  }),
  defineKernel(concat, ({ inputs }, { axis }) => ({ output: joinedValue(inputs, axisOf(axis, inputs[0]!)) })),
  defineKernel(relu, ({ input }) =>
    isDense(input) ? unreachable("verified to be quantized") : { output: clampBelow(input) },
  ),
];

function strayIndex({ data }: IndexTensor, table: RuntimeValue, axis: number): Mismatch | undefined {
  const size = table.shape[axis]!;
  const stray = Array.from(data, Number).find((index) => index < -size || index >= size);
  if (stray === undefined) return undefined;
  return mismatch("index-range", `index ${stray} is outside axis ${axis} of ${size} elements`, {
    blames: "indices",
  });
}
