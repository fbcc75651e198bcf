import { gaussian, seededRandom } from "../../../../../compiler/numeric/random.ts";
import type { Features } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { type DenseLinear, denseLinear } from "../../../../../runtime/js/kernels/linear/dense.ts";
import { runKernel } from "../../run-kernel.ts";

export const normals = (length: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => gaussian(random));
};

export interface Run {
  readonly rows: number;
  readonly input: Float32Array;
  readonly split?: readonly number[];
  readonly features?: Features;
  readonly fused?: Readonly<Record<string, Float32Array>>;
}

/** What the kernel gives of a weight and an input [rows, depth]. */
export function runDense(
  linear: Omit<DenseLinear, "epilogue"> & Partial<Pick<DenseLinear, "epilogue">>,
  { rows, input, split = [], features = { relaxed: false }, fused = {} }: Run,
): Float32Array {
  const { kernel, weight, units, workspace } = denseLinear({ epilogue: NO_EPILOGUE, ...linear });
  const buffers = {
    input,
    weight,
    output: new Float32Array(rows * linear.columns).fill(7),
    workspace: new Uint8Array(workspace),
  };
  const results = runKernel(kernel, { ...buffers, rows, ...fused }, { units, split, features });
  return results.output as Float32Array;
}

/** Sums in ascending depth, each product and each sum rounded to f32. */
export function sequentialSums(
  { columns, depth, weight }: Pick<DenseLinear, "columns" | "depth" | "weight">,
  rows: number,
  input: Float32Array,
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let total = 0;
    for (let k = 0; k < depth; k++)
      total = Math.fround(total + Math.fround(input[row * depth + k]! * weight[column * depth + k]!));
    return total;
  });
}
