/**
 * Numbers at run time. Floats of 32 bits and fewer are held as f32 (every narrower float is exactly an
 * f32), f64 as f64, integers up to 32 bits as i32 (unsigned 32-bit values wrap), 64-bit ones as BigInt.
 */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array;

/** A dense array in row-major order: `data.length` is the product of `shape` (1 for rank 0). */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly shape: readonly number[];
  readonly data: Data;
}

export type FloatData = Float32Array | Float64Array;
export type FloatTensor = Tensor<FloatData>;

export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Elements between neighbours along each axis, for row-major order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}
