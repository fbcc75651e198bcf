import {
  elementCount,
  type FloatData,
  type Tensor,
  type TensorData,
} from "../../../compiler/numeric/tensor.ts";

/** `length` zeros in the data class of `like`. */
export function allocateData<Data extends TensorData>(like: Data, length: number): Data {
  // The generic bridge: the runtime class of `like` decides, which the type system cannot follow.
  return zeros(like, length) as Data;
}

/** A tensor of zeros of `shape` in the data class of `tensor`. */
export function allocateLike<Data extends TensorData>(
  tensor: Tensor<Data>,
  shape: readonly number[],
): Tensor<Data> {
  return { shape, data: allocateData(tensor.data, elementCount(shape)) };
}

/** A tensor of `shape` holding f64 `values` rounded once to the float class of `like`, ties to even. */
export function storeRounded<Data extends FloatData>(
  like: Tensor<Data>,
  shape: readonly number[],
  values: Float64Array,
): Tensor<Data> {
  const result = allocateLike(like, shape);
  result.data.set(values);
  return result;
}

/** The same values as f64, without a copy where they already are. */
export const asFloat64 = (data: FloatData): Float64Array =>
  data instanceof Float64Array ? data : new Float64Array(data);

function zeros(like: TensorData, length: number): TensorData {
  if (like instanceof Float32Array) return new Float32Array(length);
  if (like instanceof Float64Array) return new Float64Array(length);
  if (like instanceof Int32Array) return new Int32Array(length);
  return new BigInt64Array(length);
}
