import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { allocateLike } from "../../../../dialects/nn/reference/allocate.ts";
import { type ConvolutionOptions, conv2d } from "../../../../dialects/nn/reference/convolution.ts";
import { averagePool2d, globalAveragePool, maxPool2d } from "../../../../dialects/nn/reference/pool.ts";
import { f32, randomTensor } from "./generate.ts";

function naiveConvolution(
  x: FloatTensor,
  w: FloatTensor,
  bias: FloatTensor,
  options: ConvolutionOptions,
): FloatTensor {
  const { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], groups = 1 } = options;
  const [N, C, H, W] = x.shape as [number, number, number, number];
  const [O, I, KH, KW] = w.shape as [number, number, number, number];
  const OH = Math.floor((H + pads[0] + pads[2] - (KH - 1) * dilations[0] - 1) / strides[0]) + 1;
  const OW = Math.floor((W + pads[1] + pads[3] - (KW - 1) * dilations[1] - 1) / strides[1]) + 1;
  const result = allocateLike(x, [N, O, OH, OW]);
  let target = 0;
  for (let n = 0; n < N; n++)
    for (let o = 0; o < O; o++)
      for (let oh = 0; oh < OH; oh++)
        for (let ow = 0; ow < OW; ow++) {
          let sum = 0;
          for (let i = 0; i < I; i++)
            for (let kh = 0; kh < KH; kh++)
              for (let kw = 0; kw < KW; kw++) {
                const c = Math.floor(o / (O / groups)) * I + i;
                const h = oh * strides[0] - pads[0] + kh * dilations[0];
                const v = ow * strides[1] - pads[1] + kw * dilations[1];
                if (h < 0 || h >= H || v < 0 || v >= W) continue;
                sum += x.data[((n * C + c) * H + h) * W + v]! * w.data[((o * I + i) * KH + kh) * KW + kw]!;
              }
          result.data[target++] = sum + bias.data[o]!;
        }
  return result;
}

describe("conv2d", () => {
  it("computes a hand example", () => {
    const image = f32([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const kernel = f32([1, 1, 2, 2], [1, 0, 0, -1]);
    expect(conv2d(image, kernel, f32([1], [10]))).toEqual(f32([1, 1, 2, 2], [6, 6, 6, 6]));
    const padded = conv2d(image, kernel, undefined, { pads: [1, 1, 0, 0], strides: [2, 2] });
    expect(padded).toEqual(f32([1, 1, 2, 2], [-1, -3, -7, -4]));
  });

  const cases: readonly [x: number[], w: number[], ConvolutionOptions][] = [
    [[2, 3, 7, 5], [5, 3, 3, 3], { pads: [1, 1, 1, 1] }],
    [[1, 4, 7, 7], [6, 2, 3, 2], { groups: 2, strides: [2, 1], pads: [0, 1, 2, 3] }],
    [[1, 5, 5, 7], [5, 1, 3, 3], { groups: 5, dilations: [2, 3], pads: [2, 3, 2, 3] }],
    [[3, 2, 1, 1], [33, 2, 1, 1], {}],
    [[0, 2, 3, 3], [1, 2, 1, 1], {}],
  ];
  it("is bit-identical to nested loops under strides, pads, dilations and groups", () => {
    for (const [inputShape, weightShape, options] of cases) {
      const [input, weight] = [randomTensor(inputShape), randomTensor(weightShape, { seed: 2 })];
      const bias = randomTensor([weightShape[0]!], { seed: 3 });
      expect(conv2d(input, weight, bias, options)).toEqual(naiveConvolution(input, weight, bias, options));
    }
  });
});

describe("pooling", () => {
  const image = f32([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);

  it("takes the largest of each window and never the padding", () => {
    expect(maxPool2d(image, { kernel: [2, 2] })).toEqual(f32([1, 1, 2, 2], [5, 6, 8, 9]));
    const negative = f32([1, 1, 1, 2], [-3, -4]);
    expect(maxPool2d(negative, { kernel: [3, 3], pads: [1, 1, 1, 1] })).toEqual(f32([1, 1, 1, 2], [-3, -3]));
  });

  it("counts the padding in the mean only when asked", () => {
    const options = { kernel: [2, 2], strides: [2, 2], pads: [1, 1, 0, 0] } as const;
    expect(averagePool2d(image, options)).toEqual(f32([1, 1, 2, 2], [1, 2.5, 5.5, 7]));
    const counted = averagePool2d(image, { ...options, countIncludePad: true });
    expect(counted).toEqual(f32([1, 1, 2, 2], [0.25, 1.25, 2.75, 7]));
  });

  it("adds a partial window in ceil mode, whose overhang never counts", () => {
    const options = { kernel: [2, 2], strides: [2, 2], ceilMode: true } as const;
    expect(maxPool2d(image, options)).toEqual(f32([1, 1, 2, 2], [5, 6, 8, 9]));
    expect(averagePool2d(image, { ...options, countIncludePad: true })).toEqual(
      f32([1, 1, 2, 2], [3, 4.5, 7.5, 9]),
    );
  });

  it("drops a ceil-mode window that would start in the high padding", () => {
    const row = f32([1, 1, 1, 3], [1, 2, 3]);
    const options = { kernel: [1, 2], strides: [1, 3], pads: [0, 0, 0, 1], ceilMode: true } as const;
    expect(maxPool2d(row, options)).toEqual(f32([1, 1, 1, 1], [2]));
  });

  it("averages whole channels, whatever the rank", () => {
    expect(globalAveragePool(f32([1, 2, 2, 2], [1, 2, 3, 4, 0, 0, 0, 8]))).toEqual(
      f32([1, 2, 1, 1], [2.5, 2]),
    );
    expect(globalAveragePool(f32([2, 1, 3], [1, 2, 3, 4, 5, 6]))).toEqual(f32([2, 1, 1], [2, 5]));
  });
});
