import {
  elementCount,
  type FloatData,
  type FloatTensor,
  type Tensor,
} from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";

/**
 * x / sqrt(mean(x²) + epsilon) * gain over the last axis; gain [D] is 1 where absent. The sum of squares
 * is in f64, ascending; the result is rounded once.
 */
export function rmsNorm<Data extends FloatData>(
  input: Tensor<Data>,
  gain: FloatTensor | undefined,
  { epsilon }: { readonly epsilon: number },
): Tensor<Data> {
  const width = input.shape.at(-1);
  if (width === undefined) throw new Error("internal error: rmsNorm of rank 0");
  requireLength(gain, width);
  const result = allocateLike(input, input.shape);
  for (let start = 0; start < input.data.length; start += width) {
    const root = Math.sqrt(meanOfSquares(input.data, { start, width, center: 0 }) + epsilon);
    for (let index = 0; index < width; index++) {
      result.data[start + index] = (input.data[start + index]! / root) * (gain?.data[index] ?? 1);
    }
  }
  return result;
}

/** `axis` is the first normalised axis: it and all after it are normalised together. */
export interface LayerNormOptions {
  readonly epsilon: number;
  readonly axis: number;
}

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + bias; scale and bias have the shape of the normalised
 * axes. The mean, then the mean of squared distances from it, are f64 sums in ascending order, divided by
 * the count; the result is rounded once.
 */
export function layerNorm<Data extends FloatData>(
  input: Tensor<Data>,
  scale: FloatTensor | undefined,
  bias: FloatTensor | undefined,
  { epsilon, axis }: LayerNormOptions,
): Tensor<Data> {
  const width = elementCount(input.shape.slice(axis));
  requireLength(scale, width);
  requireLength(bias, width);
  const result = allocateLike(input, input.shape);
  for (let start = 0; start < input.data.length; start += width) {
    const center = mean(input.data, start, width);
    const root = Math.sqrt(meanOfSquares(input.data, { start, width, center }) + epsilon);
    for (let index = 0; index < width; index++) {
      const normal = (input.data[start + index]! - center) / root;
      result.data[start + index] = normal * (scale?.data[index] ?? 1) + (bias?.data[index] ?? 0);
    }
  }
  return result;
}

/** The inference-time statistics and affine map of a batch norm, each [C]. */
export interface BatchNormParameters {
  readonly scale: FloatTensor;
  readonly bias: FloatTensor;
  readonly mean: FloatTensor;
  readonly variance: FloatTensor;
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias per channel of input [N, C, …], f64, rounded once. */
export function batchNorm<Data extends FloatData>(
  input: Tensor<Data>,
  parameters: BatchNormParameters,
  { epsilon }: { readonly epsilon: number },
): Tensor<Data> {
  const channels = input.shape[1];
  if (channels === undefined) throw new Error("internal error: batchNorm without a channel axis");
  for (const parameter of Object.values(parameters)) requireLength(parameter, channels);
  const { scale, bias, mean: center, variance } = parameters;
  const inner = elementCount(input.shape.slice(2));
  const result = allocateLike(input, input.shape);
  for (let index = 0; index < input.data.length; index++) {
    const channel = Math.floor(index / inner) % channels;
    const normal =
      (input.data[index]! - center.data[channel]!) / Math.sqrt(variance.data[channel]! + epsilon);
    result.data[index] = normal * scale.data[channel]! + bias.data[channel]!;
  }
  return result;
}

function mean(data: FloatData, start: number, width: number): number {
  let sum = 0;
  for (let index = start; index < start + width; index++) sum += data[index]!;
  return sum / width;
}

interface Span {
  readonly start: number;
  readonly width: number;
  readonly center: number;
}

function meanOfSquares(data: FloatData, { start, width, center }: Span): number {
  let sum = 0;
  for (let index = start; index < start + width; index++) {
    const distance = data[index]! - center;
    sum += distance * distance;
  }
  return sum / width;
}

function requireLength(parameter: FloatTensor | undefined, length: number): void {
  if (parameter === undefined || parameter.data.length === length) return;
  throw new Error(
    `internal error: a norm parameter of ${parameter.data.length} elements, expected ${length}`,
  );
}
