import { expect, test } from "vitest";
import { conv2d } from "../../../../../dialects/nn/reference/convolution.ts";
import type { Epilogue } from "../../../../../runtime/js/kernels/epilogue.ts";
import {
  type ConvolutionShape,
  geometryOf,
} from "../../../../../runtime/js/kernels/linear/convolution-geometry.ts";
import {
  packConvolution,
  unpackConvolution,
} from "../../../../../runtime/js/kernels/linear/convolution-weights.ts";
import {
  outputSize,
  runConvolution,
  sequentialConvolution,
  shapeOf,
  weightLength,
} from "./convolution-cases.ts";
import { normals } from "./dense-cases.ts";

const cases: readonly (readonly [string, ConvolutionShape])[] = [
  ["one pixel", shapeOf([1, 1, 1, 1, 1, 1])],
  ["1x1", shapeOf([5, 3, 7, 9, 1, 1])],
  ["1x1 of many channels", shapeOf([300, 2, 3, 12, 1, 1])],
  ["1x1 with strides", shapeOf([4, 7, 9, 8, 1, 1], { strides: [2, 2] })],
  ["1x1 with padding", shapeOf([3, 2, 2, 5, 1, 1], { pads: [1, 0, 2, 1] })],
  ["3x3", shapeOf([3, 8, 8, 16, 3, 3])],
  ["3x3 padded", shapeOf([5, 9, 7, 13, 3, 3], { pads: [1, 1, 1, 1] })],
  ["3x3 of many channels", shapeOf([64, 5, 6, 10, 3, 3], { pads: [1, 1, 1, 1] })],
  ["3x3 with strides", shapeOf([4, 9, 11, 8, 3, 3], { strides: [2, 2], pads: [0, 1, 1, 0] })],
  ["far strides", shapeOf([2, 13, 40, 6, 2, 3], { strides: [3, 7] })],
  ["dilated", shapeOf([2, 11, 10, 5, 3, 2], { dilations: [2, 3], pads: [2, 3, 2, 3] })],
  ["5x1", shapeOf([3, 9, 5, 4, 5, 1], { pads: [2, 0, 2, 0] })],
  ["7x7 with strides", shapeOf([3, 16, 17, 8, 7, 7], { strides: [2, 2], pads: [3, 3, 3, 3] })],
  ["padding alone", shapeOf([1, 1, 1, 4, 2, 2], { pads: [2, 2, 2, 2] })],
  ["groups", shapeOf([6, 5, 6, 15, 3, 3], { groups: 3, pads: [1, 1, 1, 1] })],
  ["groups without padding", shapeOf([4, 5, 9, 18, 2, 2], { groups: 2 })],
  ["few channels", shapeOf([7, 6, 5, 3, 3, 3], { pads: [1, 1, 1, 1] })],
  ["few channels of 1x1", shapeOf([6, 3, 3, 2, 1, 1])],
  ["depthwise", shapeOf([5, 7, 23, 5, 3, 3], { groups: 5, pads: [1, 1, 1, 1] })],
  ["depthwise narrow", shapeOf([3, 7, 7, 3, 3, 3], { groups: 3 })],
  [
    "depthwise with strides",
    shapeOf([4, 9, 35, 4, 3, 3], { groups: 4, strides: [2, 2], pads: [1, 1, 0, 1] }),
  ],
  ["depthwise with far strides", shapeOf([2, 8, 31, 2, 2, 2], { groups: 2, strides: [3, 3] })],
  [
    "two filters per channel",
    shapeOf([3, 6, 6, 6, 3, 3], { groups: 3, dilations: [2, 2], pads: [2, 2, 2, 2] }),
  ],
];
const data = (shape: ConvolutionShape, batch: number) => ({
  weight: normals(weightLength(shape), 1),
  input: normals(batch * shape.channels * shape.height * shape.width, 2),
});

test.each(cases)("%s: an output is the sum in ascending order, however units are split", (_, shape) => {
  for (const batch of [1, 3]) {
    const { weight, input } = data(shape, batch);
    const expected = sequentialConvolution({ ...shape, weight }, batch, input);
    expect(runConvolution({ ...shape, weight }, { batch, input })).toEqual(expected);
    const units = batch * shape.groups;
    expect(runConvolution({ ...shape, weight }, { batch, input, split: [1, units] })).toEqual(expected);
  }
});

test.each(cases)("%s: within the stated bound of the interpreter's sums; packed without loss", (_, shape) => {
  const { weight, input } = data(shape, 2);
  const reference = (values: Float32Array, weights: Float32Array) =>
    conv2d(
      { shape: [2, shape.channels, shape.height, shape.width], data: values },
      {
        shape: [shape.outputChannels, shape.channels / shape.groups, ...shape.kernel],
        data: weights,
      },
      undefined,
      shape,
    ).data;
  const exact = reference(input, weight);
  const scale = reference(input.map(Math.abs), weight.map(Math.abs));
  const geometry = geometryOf(shape);
  const output = runConvolution({ ...shape, weight }, { batch: 2, input });
  expect(output.length).toBe(exact.length);
  for (const [i, value] of output.entries())
    expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual((geometry.taps + 1) * 2 ** -24 * scale[i]!);
  expect(unpackConvolution(packConvolution(weight, geometry), geometry)).toEqual(weight);
});

test("values that are not finite, or hardly, are treated as f32 treats them, in the padding too", () => {
  const values = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-45, 3.4e38, -3.4e38, 1, -2.5, -1e-38];
  for (const outputChannels of [2, 11]) {
    const shape = shapeOf([2, 4, 5, outputChannels, 3, 3], { pads: [1, 1, 1, 1] });
    const weight = Float32Array.from({ length: weightLength(shape) }, (_, i) => values[(i * 7) % 11]!);
    for (const input of [
      new Float32Array(40).fill(1),
      Float32Array.from({ length: 40 }, (_, i) => values[3 + ((i * 3) % 8)]!),
    ]) {
      const expected = sequentialConvolution({ ...shape, weight }, 1, input);
      expect(runConvolution({ ...shape, weight }, { batch: 1, input })).toEqual(expected);
    }
  }
});

const epilogues: Epilogue[] = [
  { bias: true, activation: undefined, multiplier: false, residual: false },
  { bias: false, activation: "relu", multiplier: false, residual: false },
  { bias: true, activation: "relu", multiplier: false, residual: true },
  { bias: true, activation: "silu", multiplier: true, residual: true },
  { bias: true, activation: "relu", multiplier: false, residual: true, activationLast: true },
];
test.each(epilogues)(
  "fuses bias $bias, $activation, multiplier $multiplier, residual $residual, activation last $activationLast",
  (epilogue) => {
    for (const shape of [
      shapeOf([4, 5, 7, 12, 3, 3], { groups: 2 }),
      shapeOf([4, 5, 7, 4, 3, 3], { groups: 4, pads: [1, 1, 1, 1] }),
    ]) {
      const batch = 2;
      const { weight, input } = data(shape, batch);
      const size = outputSize(shape);
      const bias = normals(shape.outputChannels, 3);
      const multiplier = normals(batch * shape.outputChannels * size, 4);
      const residual = normals(batch * shape.outputChannels * size, 5);
      const expected = sequentialConvolution({ ...shape, weight }, batch, input).map((value, i) => {
        const channel = Math.floor(i / size) % shape.outputChannels;
        const biased = epilogue.bias ? Math.fround(value + bias[channel]!) : value;
        const activate = (x: number) =>
          epilogue.activation === "relu"
            ? Math.max(0, x)
            : epilogue.activation === "silu"
              ? x / (1 + Math.exp(-x))
              : x;
        const active = epilogue.activationLast ? biased : activate(biased);
        const multiplied = epilogue.multiplier ? Math.fround(active * multiplier[i]!) : active;
        const added = epilogue.residual ? Math.fround(multiplied + residual[i]!) : multiplied;
        return epilogue.activationLast ? activate(added) : added;
      });
      const fused = {
        ...(epilogue.bias && { bias }),
        ...(epilogue.multiplier && { multiplier }),
        ...(epilogue.residual && { residual }),
      };
      const output = runConvolution({ ...shape, weight, epilogue }, { batch, input, fused, split: [2] });
      if (epilogue.activation !== "silu") expect(output).toEqual(expected);
      // A few roundings of the exponential and the quotient apart.
      else for (const [i, value] of output.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    }
  },
);
