import { type FloatData, stridesOf, type Tensor } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";

/**
 * exp(x - max) / sum of exp(x - max) along `axis`; the sum in f64, ascending; rounded once. A slice with NaN,
 * with +infinity or with nothing but -infinity is all NaN.
 */
export function softmax<Data extends FloatData>(
  input: Tensor<Data>,
  { axis }: { readonly axis: number },
): Tensor<Data> {
  return mapSlices(input, axis, (slice) => {
    const weights = exponentials(slice);
    const sum = sumOf(weights);
    return weights.map((weight) => weight / sum);
  });
}

/** (x - max) - log(sum of exp(x - max)) along `axis`; the sum in f64, ascending; rounded once. */
export function logSoftmax<Data extends FloatData>(
  input: Tensor<Data>,
  { axis }: { readonly axis: number },
): Tensor<Data> {
  return mapSlices(input, axis, (slice) => {
    const largest = largestOf(slice);
    const logarithm = Math.log(sumOf(exponentials(slice)));
    return slice.map((value) => value - largest - logarithm);
  });
}

function mapSlices<Data extends FloatData>(
  input: Tensor<Data>,
  axis: number,
  map: (slice: Float64Array) => Float64Array,
): Tensor<Data> {
  const size = input.shape[axis];
  const stride = stridesOf(input.shape)[axis];
  if (size === undefined || stride === undefined) {
    throw new Error(`internal error: axis ${axis} of rank ${input.shape.length}`);
  }
  const result = allocateLike(input, input.shape);
  const slice = new Float64Array(size);
  for (let number = 0; number < input.data.length / size; number++) {
    const start = Math.floor(number / stride) * stride * size + (number % stride);
    for (let index = 0; index < size; index++) slice[index] = input.data[start + index * stride]!;
    const mapped = map(slice);
    for (let index = 0; index < size; index++) result.data[start + index * stride] = mapped[index]!;
  }
  return result;
}

function exponentials(slice: Float64Array): Float64Array {
  const largest = largestOf(slice);
  return slice.map((value) => Math.exp(value - largest));
}

const largestOf = (values: Float64Array): number =>
  values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
