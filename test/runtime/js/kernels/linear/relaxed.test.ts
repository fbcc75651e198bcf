import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { assembleKernels } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { denseLinear } from "../../../../../runtime/js/kernels/linear/dense.ts";
import {
  matrixProduct,
  matrixProductUnits,
} from "../../../../../runtime/js/kernels/linear/matrix-product.ts";
import { runKernel } from "../../run-kernel.ts";
import { runConvolution, sequentialConvolution, shapeOf, weightLength } from "./convolution-cases.ts";
import { normals, runDense } from "./dense-cases.ts";

setFlagsFromString("--experimental-wasm-relaxed-simd");
const features = { relaxed: true };

/** The bound that kernels state of a sum of products. */
function expectWithinBound(value: number, products: readonly number[]): void {
  const exact = products.reduce((total, product) => total + product, 0);
  const scale = products.reduce((total, product) => total + Math.abs(product), 0);
  expect(Math.abs(value - exact)).toBeLessThanOrEqual((products.length + 1) * 2 ** -24 * scale);
}

test("this engine has relaxed SIMD", () => {
  const weight = new Float32Array(1);
  const { kernel } = denseLinear({ columns: 1, depth: 1, element: "f32", weight, epilogue: NO_EPILOGUE });
  expect(WebAssembly.validate(assembleKernels([kernel], features))).toBe(true);
});

test("with fused products, sums stay within the bound and a row's bits do not depend on others", () => {
  const [columns, depth] = [29, 300];
  const linear = { columns, depth, element: "f32" as const, weight: normals(columns * depth, 1) };
  const input = normals(33 * depth, 2);
  const all = runDense(linear, { rows: 33, input, features });
  for (const rows of [1, 2, 3, 4, 5, 6, 7, 13])
    expect(runDense(linear, { rows, input: input.subarray(0, rows * depth), features, split: [2] })).toEqual(
      all.subarray(0, rows * columns),
    );
  for (const [index, value] of all.entries()) {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const products = Array.from(
      { length: depth },
      (_, k) => input[row * depth + k]! * linear.weight[column * depth + k]!,
    );
    expectWithinBound(value, products);
  }
});

test.each(["bf16", "f16"] as const)("%s weights are widened to the same values", (element) => {
  const [rows, columns, depth] = [6, 12, 140];
  const weight = Float32Array.from({ length: columns * depth }, (_, i) => (((i * 37) % 64) - 31) / 16);
  const input = normals(rows * depth, 3);
  const run = (stored: "f32" | typeof element) =>
    runDense({ columns, depth, element: stored, weight }, { rows, input, features });
  expect(run(element)).toEqual(run("f32"));
});

test("matrix products stay within the bound", () => {
  const [rows, depth, columns] = [7, 33, 11];
  const [left, right] = [normals(rows * depth, 1), normals(depth * columns, 2)];
  const { output } = runKernel(
    matrixProduct(0),
    { left, right, output: new Float32Array(rows * columns), rows, depth, columns },
    { units: matrixProductUnits(1, rows), features, split: [1] },
  );
  for (const [index, value] of output!.entries()) {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const products = Array.from(
      { length: depth },
      (_, k) => left[row * depth + k]! * right[k * columns + column]!,
    );
    expectWithinBound(value, products);
  }
});

test.each([
  [1, 11],
  [4, 4],
])("convolutions in %i groups stay within the bound, however units are split", (groups, outputChannels) => {
  const shape = shapeOf([4, 6, 7, outputChannels, 3, 3], { groups, pads: [1, 1, 1, 1] });
  const weight = normals(weightLength(shape), 1);
  const input = normals(2 * 4 * 6 * 7, 2);
  const output = runConvolution({ ...shape, weight }, { batch: 2, input, features });
  expect(runConvolution({ ...shape, weight }, { batch: 2, input, features, split: [1] })).toEqual(output);
  const sums = sequentialConvolution({ ...shape, weight }, 2, input);
  const scale = sequentialConvolution({ ...shape, weight: weight.map(Math.abs) }, 2, input.map(Math.abs));
  // Both keep the bound of (taps + 1) · 2^-24, so they are at most twice as far apart.
  const taps = weightLength(shape) / shape.outputChannels;
  for (const [i, value] of output.entries())
    expect(Math.abs(value - sums[i]!)).toBeLessThanOrEqual(2 * (taps + 1) * 2 ** -24 * scale[i]!);
});
