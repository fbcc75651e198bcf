import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { assembleKernels } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { sparseLinear } from "../../../../../runtime/js/kernels/linear/sparse.ts";
import { normals } from "./dense-cases.ts";
import { orderedSums, randomSparse, runSparse } from "./sparse-cases.ts";

setFlagsFromString("--experimental-wasm-relaxed-simd");
const features = { relaxed: true };
const extents = { columns: 29, depth: 300 };

test("this engine has relaxed SIMD", () => {
  const weight = randomSparse(extents, 0.2, "f32");
  const { kernel } = sparseLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
  expect(WebAssembly.validate(assembleKernels([kernel], features))).toBe(true);
});

test("with fused products, sums stay within the bound and a row's bits do not depend on others", () => {
  for (const kind of ["f32", "f16", "i8"] as const) {
    const weight = randomSparse(extents, 0.2, kind);
    const input = normals(21 * 300, 2);
    const all = runSparse(extents, weight, { input, features });
    for (const rows of [1, 2, 3, 4, 5, 8, 9, 12, 13])
      expect(
        runSparse(extents, weight, { input: input.subarray(0, rows * 300), features, split: [2] }),
      ).toEqual(all.subarray(0, rows * 29));
    const sums = orderedSums(extents, weight, input);
    const sizes = { ...weight, values: weight.values.map(Math.abs) };
    const scale = orderedSums(extents, sizes, input.map(Math.abs));
    // Both keep the bound of (⌈n / 4⌉ + 4) · 2^-24, so they are at most twice as far apart.
    for (const [i, value] of all.entries()) {
      const count = weight.starts[(i % 29) + 1]! - weight.starts[i % 29]!;
      const bound = 2 * (Math.ceil(count / 4) + 4) * 2 ** -24 * scale[i]!;
      expect(Math.abs(value - sums[i]!)).toBeLessThanOrEqual(bound);
    }
  }
});
