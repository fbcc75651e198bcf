import { elementCount, type FloatData, type Tensor } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { fourSizes } from "./convolution.ts";
import { countWindows, type WindowAxis, type WindowOptions, windowAxes } from "./window.ts";

/** Pads are [top, left, bottom, right]; absent attributes are strides 1, pads 0, dilations 1, ceilMode false. */
export interface PoolOptions extends WindowOptions {
  readonly kernel: readonly [number, number];
}

/** The largest element of each window of input [N, C, H, W]; padding never wins; NaN if there is one. */
export const maxPool2d = <Data extends FloatData>(input: Tensor<Data>, options: PoolOptions): Tensor<Data> =>
  pool(input, options, (values) =>
    values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY),
  );

/** Whether zeros of the padding count in the divisor (what ceilMode adds beyond the padding never does). */
export interface AveragePoolOptions extends PoolOptions {
  readonly countIncludePad?: boolean;
}

/** The mean of each window of input [N, C, H, W]: f64 sum in ascending order, divided once, rounded once. */
export const averagePool2d = <Data extends FloatData>(
  input: Tensor<Data>,
  options: AveragePoolOptions,
): Tensor<Data> =>
  pool(input, options, (values, paddedCount) => {
    const sum = values.reduce((total, value) => total + value, 0);
    return sum / (options.countIncludePad ? paddedCount : values.length);
  });

/** The mean over all axes after the channel axis, which stay as 1: f64 sum, ascending, rounded once. */
export function globalAveragePool<Data extends FloatData>(input: Tensor<Data>): Tensor<Data> {
  const inner = elementCount(input.shape.slice(2));
  const result = allocateLike(
    input,
    input.shape.map((size, axis) => (axis < 2 ? size : 1)),
  );
  for (let channel = 0; channel < result.data.length; channel++) {
    let sum = 0;
    for (let index = 0; index < inner; index++) sum += input.data[channel * inner + index]!;
    result.data[channel] = sum / inner;
  }
  return result;
}

type Summary = (values: readonly number[], paddedCount: number) => number;

function pool<Data extends FloatData>(
  input: Tensor<Data>,
  options: PoolOptions,
  summary: Summary,
): Tensor<Data> {
  const [batch, channels, height, width] = fourSizes(input);
  const [rowAxis, columnAxis] = windowAxes({ height, width }, options.kernel, options);
  const [outputHeight, outputWidth] = [countWindows(rowAxis), countWindows(columnAxis)];
  const result = allocateLike(input, [batch, channels, outputHeight, outputWidth]);
  const rows = Array.from({ length: outputHeight }, (_, window) => windowPositions(rowAxis, window));
  const columns = Array.from({ length: outputWidth }, (_, window) => windowPositions(columnAxis, window));
  for (let index = 0; index < result.data.length; index++) {
    const row = rows[Math.floor(index / outputWidth) % outputHeight]!;
    const column = columns[index % outputWidth]!;
    const start = Math.floor(index / (outputWidth * outputHeight)) * height * width;
    const values = row.inside.flatMap((y) => column.inside.map((x) => input.data[start + y * width + x]!));
    result.data[index] = summary(values, row.paddedCount * column.paddedCount);
  }
  return result;
}

interface WindowPositions {
  readonly inside: readonly number[];
  /** Positions inside the input or its padding. */
  readonly paddedCount: number;
}

function windowPositions(axis: WindowAxis, window: number): WindowPositions {
  const start = window * axis.stride - axis.padLow;
  const positions = Array.from({ length: axis.kernel }, (_, tap) => start + tap * axis.dilation);
  return {
    inside: positions.filter((position) => position >= 0 && position < axis.size),
    paddedCount: positions.filter((position) => position < axis.size + axis.padHigh).length,
  };
}
