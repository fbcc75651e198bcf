import { expect, test } from "vitest";
import { averagePool2d, maxPool2d } from "../../../../dialects/nn/reference/pool.ts";
import { type Pool, pool2d } from "../../../../runtime/js/kernels/pool.ts";
import { runKernel } from "../run-kernel.ts";
import { normalFloats } from "./float-samples.ts";

type Window = Pick<Pool, "image" | "kernel" | "strides" | "pads" | "dilations">;
const windows: readonly (Window & { readonly ceilMode?: boolean })[] = [
  { image: [4, 6], kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1] },
  { image: [7, 5], kernel: [3, 2], strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 1] },
  { image: [9, 9], kernel: [3, 3], strides: [1, 2], pads: [2, 1, 0, 3], dilations: [2, 2] },
  { image: [8, 8], kernel: [3, 3], strides: [2, 2], pads: [0, 1, 0, 1], dilations: [1, 1], ceilMode: true },
  { image: [1, 1], kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] },
];

test.each(windows)("pools $image by $kernel as the interpreter", ({ ceilMode = false, ...window }) => {
  const shape = [2, 3, ...window.image];
  const data = normalFloats(6 * window.image[0] * window.image[1], 4);
  [data[0], data[1]] = [Number.NaN, -Infinity];
  const input = { shape, data };
  for (const kind of ["max", "average"] as const)
    for (const countIncludePad of [false, true]) {
      const options = { ...window, ceilMode, countIncludePad };
      const wanted = kind === "max" ? maxPool2d(input, options) : averagePool2d(input, options);
      const [, , height, width] = wanted.shape;
      const kernel = pool2d({ ...window, kind, countIncludePad, output: [height!, width!] });
      const args = { input: data, output: new Float32Array(wanted.data.length) };
      expect(runKernel(kernel, args, { units: 6, split: [2, 5] }).output).toEqual(wanted.data);
    }
});
