import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { assembleKernels } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { denseLinear } from "../../../../../runtime/js/kernels/linear/dense.ts";
import { normals, runDense } from "./dense-cases.ts";

setFlagsFromString("--experimental-wasm-relaxed-simd");
const features = { relaxed: true };

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
    const exact = products.reduce((total, product) => total + product, 0);
    const scale = products.reduce((total, product) => total + Math.abs(product), 0);
    expect(Math.abs(value - exact)).toBeLessThanOrEqual((depth + 1) * 2 ** -24 * scale);
  }
});
