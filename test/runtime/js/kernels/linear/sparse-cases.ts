import fc from "fast-check";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../../../compiler/numeric/half.ts";
import { seededRandom } from "../../../../../compiler/numeric/random.ts";
import type { Features } from "../../../../../runtime/js/kernel.ts";
import { type Epilogue, NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { sparseLinear } from "../../../../../runtime/js/kernels/linear/sparse.ts";
import type { FactoredMatrix } from "../../../../../runtime/js/kernels/linear/sparse-stream.ts";
import { runKernel } from "../../run-kernel.ts";
import { normals } from "./dense-cases.ts";

export interface Extents {
  readonly columns: number;
  readonly depth: number;
}

/** What numbers of a weight are made of, by how they come to be held. */
export const numberKinds = {
  f32: { element: "f32", factor: 1, round: (values: Float32Array) => values },
  f16: { element: "f16", factor: 1, round: (values: Float32Array) => decodeF16(encodeF16(values)) },
  bf16: { element: "bf16", factor: 1, round: (values: Float32Array) => decodeBf16(encodeBf16(values)) },
  i8: {
    element: "f32",
    factor: 0.0371,
    round: (values: Float32Array) =>
      values.map((v) => Math.round(Math.max(-128, Math.min(127, 40 * v))) || 1),
  },
  codes: {
    element: "f32",
    factor: 1,
    round: (values: Float32Array) => values.map((v) => Math.fround(Math.round(9 * v) * 0.1 + 0.01)),
  },
} as const;
export type NumberKind = keyof typeof numberKinds;
export const kinds = Object.keys(numberKinds) as NumberKind[];

/** A weight with a share of numbers, of which every third column has none. */
export function randomSparse(
  { columns, depth }: Extents,
  share: number,
  kind: NumberKind,
  seed = 1,
): FactoredMatrix {
  const random = seededRandom(seed);
  const { element, factor, round } = numberKinds[kind];
  const starts = new Int32Array(columns + 1);
  const places: number[] = [];
  for (let column = 0; column < columns; column++) {
    for (let k = 0; k < depth; k++) if (random() < share && (column + seed) % 3 !== 0) places.push(k);
    starts[column + 1] = places.length;
  }
  const values = round(normals(places.length, seed + 1));
  return { starts, places: Int32Array.from(places), values, element, factor };
}

export interface Run {
  readonly input: Float32Array;
  readonly split?: readonly number[];
  readonly features?: Features;
  readonly epilogue?: Epilogue;
  readonly fused?: Readonly<Record<string, Float32Array>>;
}

/** What the kernel gives of inputs [rows, depth]. */
export function runSparse(
  extents: Extents,
  weight: FactoredMatrix,
  { input, split = [], features = { relaxed: false }, epilogue = NO_EPILOGUE, fused = {} }: Run,
): Float32Array {
  const form = sparseLinear({ ...extents, weight, epilogue });
  const rows = input.length / extents.depth;
  const output = new Float32Array(rows * extents.columns).fill(7);
  const workspace = new Uint8Array(form.workspace);
  const args = { input, weight: form.weight, output, rows, workspace, ...fused };
  return runKernel(form.kernel, args, { units: form.units, split, features }).output as Float32Array;
}

/** The same sums, each step rounded to f32, in the order that the kernel promises. */
export function orderedSums({ columns, depth }: Extents, weight: FactoredMatrix, input: Float32Array) {
  const { starts, places, values, factor } = weight;
  const add = (left: number, right: number) => Math.fround(left + right);
  return Float32Array.from({ length: (input.length / depth) * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const sums = [0, 0, 0, 0];
    for (let at = starts[column]!, lane = 0; at < starts[column + 1]!; at++, lane = (lane + 1) % 4)
      sums[lane] = add(sums[lane]!, Math.fround(input[row * depth + places[at]!]! * values[at]!));
    const [a, b, c, d] = sums as [number, number, number, number];
    return Math.fround(add(add(a, b), add(c, d)) * Math.fround(factor));
  });
}

/** Shapes, shares of numbers and seeds. */
export const sparseCases = fc.record({
  columns: fc.integer({ min: 1, max: 40 }),
  depth: fc.integer({ min: 1, max: 50 }),
  share: fc.constantFrom(0, 0.02, 0.1, 0.3, 1),
  seed: fc.nat(100),
});
