import { expect, test } from "vitest";
import { gaussian, seededRandom } from "../../../../../compiler/numeric/random.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { quantizedLinear } from "../../../../../runtime/js/kernels/linear/quantized.ts";
import type { Extents, QuantizedMatrix } from "../../../../../runtime/js/kernels/linear/quantized-decoder.ts";
import { runKernel } from "../../run-kernel.ts";
import { codeFormats, dequantized, randomMatrix } from "./quantized-cases.ts";

const formats = Object.entries(codeFormats);
const shapes = [
  { columns: 16, depth: 32, run: 16 },
  { columns: 33, depth: 71, run: 32 },
  { columns: 7, depth: 50, run: 7 },
  { columns: 18, depth: 19, run: 1 },
  { columns: 40, depth: 37, run: 100 },
];

function gaussians(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => gaussian(random));
}

function apply(extents: Extents, weight: QuantizedMatrix, input: Float32Array, split?: readonly number[]) {
  const form = quantizedLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
  const rows = input.length / extents.depth;
  const output = new Float32Array(rows * extents.columns);
  const workspace = new Uint8Array(form.workspace);
  const args = { input, weight: form.weight, output, rows, workspace };
  return runKernel(form.kernel, args, { units: form.units, ...(split && { split }) }).output as Float32Array;
}

/** Largest error in units of the bound that `quantizedLinear` states; NaN for NaN where a number is due. */
function worst(
  { columns, depth }: Extents,
  weight: QuantizedMatrix,
  input: Float32Array,
  output: Float32Array,
  isExactZero: boolean,
) {
  const { values, parts } = dequantized(weight, { columns, depth });
  const roundings = Math.min(weight.run, depth) + Math.ceil(depth / weight.run) + 5;
  let largest = 0;
  for (const [i, y] of output.entries()) {
    const row = Math.floor(i / columns) * depth;
    const column = (i % columns) * depth;
    let sum = 0;
    let magnitude = 0;
    for (let k = 0; k < depth; k++) {
      sum += input[row + k]! * values[column + k]!;
      magnitude +=
        Math.abs(input[row + k]!) * (isExactZero ? Math.abs(values[column + k]!) : parts[column + k]!);
    }
    if (Number.isNaN(sum) && Number.isNaN(y)) continue;
    const error = Math.abs(y - sum) / (roundings * 2 ** -24 * magnitude + depth * 2 ** -140);
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

test.each(formats)("%s is multiplied within its bound for any shape and run", (_, format) => {
  for (const [i, { columns, depth, run }] of shapes.entries()) {
    const weight = randomMatrix(format, { columns, depth }, run, i);
    for (const rows of [1, 2, 3, 4, 7, 33]) {
      const input = gaussians(rows * depth, rows);
      const output = apply({ columns, depth }, weight, input);
      const error = worst({ columns, depth }, weight, input, output, format.shift !== "any");
      expect(error, `${columns}x${depth} in runs of ${run}, ${rows} rows`).toBeLessThanOrEqual(1);
    }
  }
});
