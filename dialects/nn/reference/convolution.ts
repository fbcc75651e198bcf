import type { FloatData, FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import { asFloat64, storeRounded } from "./allocate.ts";
import { multiplyByTransposed } from "./linear.ts";
import { countWindows, type WindowAxis, type WindowOptions, windowAxes } from "./window.ts";

/** Pads are [top, left, bottom, right]; absent attributes are strides 1, pads 0, dilations 1, groups 1. */
export interface ConvolutionOptions extends Omit<WindowOptions, "ceilMode"> {
  readonly groups?: number;
}

/**
 * input [N, C, H, W] with weight [O, C / groups, KH, KW] and bias [O] is [N, O, OH, OW]; no kernel flip. Each
 * output is a f64 sum from +0 in ascending (channel, kernel row, kernel column), then plus bias, rounded
 * once. Padding is zeros that take part: against an infinite weight they give NaN.
 */
export function conv2d<Data extends FloatData>(
  input: Tensor<Data>,
  weight: FloatTensor,
  bias: FloatTensor | undefined,
  options: ConvolutionOptions = {},
): Tensor<Data> {
  const { groups = 1 } = options;
  const [batch, channels, height, width] = fourSizes(input);
  const [outputChannels, groupChannels, kernelHeight, kernelWidth] = fourSizes(weight);
  if (channels !== groupChannels * groups || outputChannels % groups !== 0) {
    throw new Error(`internal error: conv2d of [${input.shape}] by [${weight.shape}] in ${groups} groups`);
  }
  const axes = windowAxes({ height, width }, [kernelHeight, kernelWidth], options);
  const windows = countWindows(axes[0]) * countWindows(axes[1]);
  const rows = outputChannels / groups;
  const depth = groupChannels * kernelHeight * kernelWidth;
  const weights = asFloat64(weight.data);
  const output = new Float64Array(batch * outputChannels * windows);
  for (let item = 0; item < batch * groups; item++) {
    const firstChannel = item * groupChannels;
    const patches = unfold(input.data, { firstChannel, channels: groupChannels, axes });
    const firstRow = (item % groups) * rows;
    const filters = weights.subarray(firstRow * depth, (firstRow + rows) * depth);
    output.set(
      multiplyByTransposed(filters, patches, { rows, columns: windows, depth }),
      item * rows * windows,
    );
  }
  if (bias !== undefined) {
    for (let index = 0; index < output.length; index++) {
      output[index]! += bias.data[Math.floor(index / windows) % outputChannels]!;
    }
  }
  const shape = [batch, outputChannels, countWindows(axes[0]), countWindows(axes[1])];
  return storeRounded(input, shape, output);
}

interface Patches {
  /** Counted over the whole batch. */
  readonly firstChannel: number;
  readonly channels: number;
  readonly axes: readonly [WindowAxis, WindowAxis];
}

/** The window contents as f64 [OH * OW, channels * KH * KW], zero where a window lies in the padding. */
function unfold(data: FloatData, { firstChannel, channels, axes }: Patches): Float64Array {
  const [rowAxis, columnAxis] = axes;
  const [outputHeight, outputWidth] = [countWindows(rowAxis), countWindows(columnAxis)];
  const kernelSize = rowAxis.kernel * columnAxis.kernel;
  const patches = new Float64Array(outputHeight * outputWidth * channels * kernelSize);
  let target = 0;
  for (let window = 0; window < outputHeight * outputWidth; window++) {
    const top = Math.floor(window / outputWidth) * rowAxis.stride - rowAxis.padLow;
    const left = (window % outputWidth) * columnAxis.stride - columnAxis.padLow;
    for (let tap = 0; tap < channels * kernelSize; tap++) {
      const channel = firstChannel + Math.floor(tap / kernelSize);
      const row = top + (Math.floor(tap / columnAxis.kernel) % rowAxis.kernel) * rowAxis.dilation;
      const column = left + (tap % columnAxis.kernel) * columnAxis.dilation;
      const inside = row >= 0 && row < rowAxis.size && column >= 0 && column < columnAxis.size;
      if (inside) patches[target] = data[(channel * rowAxis.size + row) * columnAxis.size + column]!;
      target++;
    }
  }
  return patches;
}

/**
 * The windows that a convolution of input [N, C, H, W] sees, as rows of f64: [N · OH · OW, C · KH · KW], columns in
 * ascending (channel, kernel row, kernel column); zero where a window lies in the padding.
 */
export function unfoldWindows(
  input: FloatTensor,
  kernel: readonly [number, number],
  options: WindowOptions = {},
): Tensor<Float64Array> {
  const [batch, channels, height, width] = fourSizes(input);
  const axes = windowAxes({ height, width }, kernel, options);
  const depth = channels * kernel[0] * kernel[1];
  const windows = countWindows(axes[0]) * countWindows(axes[1]);
  const rows = new Float64Array(batch * windows * depth);
  for (let item = 0; item < batch; item++)
    rows.set(unfold(input.data, { firstChannel: item * channels, channels, axes }), item * windows * depth);
  return { shape: [batch * windows, depth], data: rows };
}

/** The four sizes of an NCHW or OIHW tensor. */
export function fourSizes({ shape }: FloatTensor): [number, number, number, number] {
  const [first, second, third, fourth] = shape;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error(`internal error: a 2-d window over a tensor of shape [${shape.join(", ")}]`);
  }
  return [first, second, third, fourth];
}
