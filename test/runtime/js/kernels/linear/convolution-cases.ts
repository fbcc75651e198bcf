import { unfoldWindows } from "../../../../../dialects/nn/reference/convolution.ts";
import type { Features } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { type Convolution, convolution } from "../../../../../runtime/js/kernels/linear/convolution.ts";
import type { ConvolutionShape } from "../../../../../runtime/js/kernels/linear/convolution-geometry.ts";
import { runKernel } from "../../run-kernel.ts";
import { sequentialSums } from "./dense-cases.ts";

/** [channels, height, width, output channels, kernel height, kernel width] and what is not the default. */
export const shapeOf = (
  [channels, height, width, outputChannels, kernelHeight, kernelWidth]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ],
  options: Partial<Pick<ConvolutionShape, "strides" | "pads" | "dilations" | "groups">> = {},
): ConvolutionShape => ({
  ...{ channels, height, width, outputChannels, kernel: [kernelHeight, kernelWidth] },
  ...{ strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 },
  ...options,
});

export const weightLength = ({ outputChannels, channels, groups, kernel }: ConvolutionShape): number =>
  (outputChannels * channels * kernel[0] * kernel[1]) / groups;

export interface Run {
  readonly batch: number;
  readonly input: Float32Array;
  readonly split?: readonly number[];
  readonly features?: Features;
  readonly fused?: Readonly<Record<string, Float32Array>>;
}

/** Output pixels of one channel. */
export function outputSize(shape: ConvolutionShape): number {
  const { height, width, kernel, strides, pads, dilations } = shape;
  const count = (size: number, axis: 0 | 1) =>
    Math.floor(
      (size + pads[axis] + pads[axis + 2]! - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis],
    ) + 1;
  return count(height, 0) * count(width, 1);
}

export function runConvolution(
  described: Omit<Convolution, "epilogue"> & Partial<Pick<Convolution, "epilogue">>,
  { batch, input, split = [], features = { relaxed: false }, fused = {} }: Run,
): Float32Array {
  const form = convolution({ epilogue: NO_EPILOGUE, ...described });
  const output = new Float32Array(batch * described.outputChannels * outputSize(described)).fill(7);
  const workspace = new Uint8Array(form.workspace).fill(0xff);
  const results = runKernel(
    form.kernel,
    { input, weight: form.weight, output, workspace, ...fused },
    { units: batch * form.unitsPerItem, split, features },
  );
  return results.output as Float32Array;
}

/** Sums in ascending (channel, kernel row, kernel column), each product and each sum rounded to f32. */
export function sequentialConvolution(
  described: Omit<Convolution, "epilogue">,
  batch: number,
  input: Float32Array,
): Float32Array {
  const { channels, height, width, groups, outputChannels, kernel, weight } = described;
  const shape = [batch * groups, channels / groups, height, width];
  const windows = unfoldWindows({ shape, data: input }, kernel, described);
  const depth = windows.shape[1]!;
  const columns = outputChannels / groups;
  const size = outputSize(described);
  const output = new Float32Array(batch * outputChannels * size);
  for (let item = 0; item < batch * groups; item++) {
    const group = item % groups;
    const patches = Float32Array.from(windows.data.subarray(item * size * depth, (item + 1) * size * depth));
    const filters = weight.subarray(group * columns * depth, (group + 1) * columns * depth);
    const sums = sequentialSums({ columns, depth, weight: filters }, size, patches);
    for (let channel = 0; channel < columns; channel++)
      for (let pixel = 0; pixel < size; pixel++)
        output[(item * columns + channel) * size + pixel] = sums[pixel * columns + channel]!;
  }
  return output;
}
