import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { assembleKernels } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { quantizedLinear } from "../../../../../runtime/js/kernels/linear/quantized.ts";
import { runKernel } from "../../run-kernel.ts";
import { codeFormats, dequantized, gaussians, randomMatrix, worstError } from "./quantized-cases.ts";

// Newer engines have relaxed SIMD without the flag, and do not know it.
setFlagsFromString("--experimental-wasm-relaxed-simd");
const features = { relaxed: true };

test.each(["int4", "uint4 with shifts", "nf4", "e2m1", "e4m3", "bitmod4"])(
  "%s is multiplied within its bound with relaxed SIMD, a row's bits whatever the others are",
  (name) => {
    const format = codeFormats[name]!;
    const extents = { columns: 37, depth: 75 };
    const weight = randomMatrix(format, extents, 32, 2);
    const form = quantizedLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
    const binary = assembleKernels([form.kernel], features);
    expect(WebAssembly.validate(binary)).toBe(true);
    expect(binary).not.toEqual(assembleKernels([form.kernel], { relaxed: false }));
    const apply = (input: Float32Array) => {
      const rows = input.length / extents.depth;
      const [output, workspace] = [new Float32Array(rows * extents.columns), new Uint8Array(form.workspace)];
      const args = { input, weight: form.weight, output, rows, workspace };
      return runKernel(form.kernel, args, { units: form.units, features }).output as Float32Array;
    };
    const input = gaussians(7 * extents.depth, 1);
    const output = apply(input);
    const expected = dequantized(weight, extents, format.shift === "any");
    expect(worstError(extents, expected, input, output, 32 + 3 + 5)).toBeLessThanOrEqual(1);
    for (let row = 0; row < 7; row++)
      expect(apply(input.slice(row * extents.depth, (row + 1) * extents.depth))).toEqual(
        output.slice(row * extents.columns, (row + 1) * extents.columns),
      );
  },
);
