import { stridesOf, type Tensor, type TensorData } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { copyStrided } from "./strided-copy.ts";

/** The numpy broadcast of shapes: aligned at the last axis, a size of 1 or a missing axis repeats. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((candidate) => candidate !== 1) ?? 1;
    if (sizes.some((candidate) => candidate !== 1 && candidate !== size)) {
      throw new Error(`internal error: sizes ${sizes.join(" and ")} do not broadcast`);
    }
    return size;
  });
}

/** `input` repeated to `shape`, by numpy's rules; the data is shared where the shapes already agree. */
export function broadcastTo<Data extends TensorData>(
  input: Tensor<Data>,
  shape: readonly number[],
): Tensor<Data> {
  if (sameShape(input.shape, shape)) return input;
  if (!sameShape(broadcastShapes(input.shape, shape), shape)) {
    throw new Error(
      `internal error: [${input.shape.join(", ")}] does not broadcast to [${shape.join(", ")}]`,
    );
  }
  const strides = stridesOf(input.shape);
  const missing = shape.length - input.shape.length;
  const sourceStrides = shape.map((_, axis) =>
    (input.shape[axis - missing] ?? 1) === 1 ? 0 : strides[axis - missing]!,
  );
  const result = allocateLike(input, shape);
  copyStrided(
    shape,
    { data: result.data, offset: 0, strides: stridesOf(shape) },
    { data: input.data, offset: 0, strides: sourceStrides },
  );
  return result;
}

/** Whether two shapes have the same rank and sizes. */
export const sameShape = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((size, axis) => size === right[axis]);
