import { elementCount, stridesOf, type Tensor, type TensorData } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { copyStrided } from "./strided-copy.ts";

/** The same elements in row-major order under another shape; the data is shared. */
export function reshape<Data extends TensorData>(
  input: Tensor<Data>,
  shape: readonly number[],
): Tensor<Data> {
  if (elementCount(shape) !== input.data.length) {
    throw new Error(`internal error: ${input.data.length} elements reshaped to [${shape.join(", ")}]`);
  }
  return { shape, data: input.data };
}

/** Result axis i is input axis permutation[i]. */
export function transpose<Data extends TensorData>(
  input: Tensor<Data>,
  { permutation }: { readonly permutation: readonly number[] },
): Tensor<Data> {
  const strides = stridesOf(input.shape);
  const result = allocateLike(
    input,
    permutation.map((axis) => input.shape[axis]!),
  );
  copyStrided(
    result.shape,
    { data: result.data, offset: 0, strides: stridesOf(result.shape) },
    { data: input.data, offset: 0, strides: permutation.map((axis) => strides[axis]!) },
  );
  return result;
}

/** The inputs one after another along `axis`; all other sizes agree, and all are of one data class. */
export function concat<Data extends TensorData>(
  inputs: readonly Tensor<Data>[],
  { axis }: { readonly axis: number },
): Tensor<Data> {
  const first = inputs[0];
  if (first === undefined) throw new Error("internal error: concat of nothing");
  const total = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
  const result = allocateLike(first, first.shape.with(axis, total));
  const strides = stridesOf(result.shape);
  let start = 0;
  for (const input of inputs) {
    const target = { data: result.data, offset: start * strides[axis]!, strides };
    copyStrided(input.shape, target, { data: input.data, offset: 0, strides: stridesOf(input.shape) });
    start += input.shape[axis]!;
  }
  return result;
}

/** `starts` and `sizes` have one entry per axis; `strides`, by default all 1, may be negative. */
export interface SliceOptions {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly strides?: readonly number[];
}

/** result[i, …] = input[starts[0] + i * strides[0], …]; the result's shape is `sizes`. */
export function slice<Data extends TensorData>(
  input: Tensor<Data>,
  { starts, sizes, strides = sizes.map(() => 1) }: SliceOptions,
): Tensor<Data> {
  for (const [axis, size] of sizes.entries()) {
    const [first, last] = [starts[axis]!, starts[axis]! + (size - 1) * strides[axis]!];
    if (size > 0 && (Math.min(first, last) < 0 || Math.max(first, last) >= input.shape[axis]!)) {
      throw new Error(
        `internal error: slice ${first} to ${last} of axis ${axis} of size ${input.shape[axis]}`,
      );
    }
  }
  const inputStrides = stridesOf(input.shape);
  const result = allocateLike(input, sizes);
  const source = {
    data: input.data,
    offset: starts.reduce((offset, start, axis) => offset + start * inputStrides[axis]!, 0),
    strides: strides.map((stride, axis) => stride * inputStrides[axis]!),
  };
  copyStrided(sizes, { data: result.data, offset: 0, strides: stridesOf(sizes) }, source);
  return result;
}

/** `low` and `high` count the elements added before and after each axis. */
export interface PadOptions {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
}

/** `input` with `value` (converted to its data class) around it. */
export function pad<Data extends TensorData>(input: Tensor<Data>, options: PadOptions): Tensor<Data> {
  const { low, high, value } = options;
  if ([...low, ...high].some((count) => count < 0)) throw new Error("internal error: negative padding");
  const result = allocateLike(
    input,
    input.shape.map((size, axis) => low[axis]! + size + high[axis]!),
  );
  const data: TensorData = result.data;
  if (data instanceof BigInt64Array) data.fill(BigInt(value));
  else data.fill(value);
  const strides = stridesOf(result.shape);
  const offset = low.reduce((sum, count, axis) => sum + count * strides[axis]!, 0);
  copyStrided(
    input.shape,
    { data: result.data, offset, strides },
    { data: input.data, offset: 0, strides: stridesOf(input.shape) },
  );
  return result;
}

/** Each element is its own index along `axis`. */
export function iota(shape: readonly number[], axis: number): Tensor<Int32Array> {
  const stride = stridesOf(shape)[axis];
  const size = shape[axis];
  if (stride === undefined || size === undefined) {
    throw new Error(`internal error: iota along axis ${axis} of rank ${shape.length}`);
  }
  const data = Int32Array.from(
    { length: elementCount(shape) },
    (_, index) => Math.floor(index / stride) % size,
  );
  return { shape, data };
}
