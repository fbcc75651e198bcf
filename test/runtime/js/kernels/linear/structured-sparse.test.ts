import { expect, test } from "vitest";
import { seededRandom } from "../../../../../compiler/numeric/random.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import type { Extents } from "../../../../../runtime/js/kernels/linear/quantized-decoder.ts";
import {
  packIndices,
  type StructuredSparseMatrix,
  structuredSparseLinear,
  unpackIndices,
} from "../../../../../runtime/js/kernels/linear/structured-sparse.ts";
import { runKernel } from "../../run-kernel.ts";
import { codeFormats, dequantized, gaussians, randomMatrix, worstError } from "./quantized-cases.ts";

const patterns = [
  { kept: 2, of: 4, columns: 33, depth: 72, run: 32 },
  { kept: 1, of: 2, columns: 16, depth: 31, run: 5 },
  { kept: 1, of: 4, columns: 7, depth: 18, run: 100 },
  { kept: 4, of: 8, columns: 20, depth: 40, run: 16 },
  { kept: 3, of: 5, columns: 18, depth: 23, run: 4 },
  { kept: 2, of: 16, columns: 5, depth: 64, run: 3 },
];
type Case = (typeof patterns)[number];

function randomSparse(format: string, { kept, of, columns, depth, run }: Case): StructuredSparseMatrix {
  const random = seededRandom(kept * of);
  const stored = Math.ceil(depth / of) * kept;
  const indices = new Uint8Array(columns * stored);
  for (let group = 0; group < indices.length / kept; group++) {
    const first = (group % Math.ceil(depth / of)) * of;
    const places = Array.from({ length: Math.min(of, depth - first) }, (_, i) => i);
    while (places.length > kept) places.splice(Math.floor(random() * places.length), 1);
    while (places.length < kept) places.push(places.at(-1)!);
    indices.set(places, group * kept);
  }
  return {
    kept,
    of,
    indices,
    values: randomMatrix(codeFormats[format]!, { columns, depth: stored }, run, 7),
  };
}

/** The weight as a dense one; several values at one place are added. */
function expand(weight: StructuredSparseMatrix, { columns, depth }: Extents, hasAnyShift: boolean) {
  const { kept, of, indices } = weight;
  const stored = Math.ceil(depth / of) * kept;
  const dense = dequantized(weight.values, { columns, depth: stored }, hasAnyShift);
  const values = new Float64Array(columns * depth);
  const sizes = new Float64Array(columns * depth);
  for (const [i, index] of indices.entries()) {
    const at = Math.floor(i / stored) * depth + Math.floor((i % stored) / kept) * of + index;
    values[at]! += dense.values[i]!;
    sizes[at]! += dense.sizes[i]!;
  }
  return { values, sizes };
}

function apply(
  extents: Extents,
  weight: StructuredSparseMatrix,
  input: Float32Array,
  split: readonly number[] = [],
) {
  const form = structuredSparseLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
  const rows = input.length / extents.depth;
  const output = new Float32Array(rows * extents.columns);
  const workspace = new Uint8Array(form.workspace);
  const args = { input, weight: form.weight, output, rows, workspace };
  return runKernel(form.kernel, args, { units: form.units, split }).output as Float32Array;
}

const formats = ["int4", "int8", "uint4 with zeros", "uint4 with shifts", "nf4", "e2m1", "e4m3", "bitmod3"];

test.each(formats)("what is stored as %s is multiplied within its bound for any pattern", (format) => {
  for (const pattern of patterns) {
    const weight = randomSparse(format, pattern);
    const expected = expand(weight, pattern, codeFormats[format]!.shift === "any");
    const stored = Math.ceil(pattern.depth / pattern.of) * pattern.kept;
    const roundings = Math.min(pattern.run, stored) + Math.ceil(stored / pattern.run) + 5;
    for (const rows of [1, 3, 6]) {
      const input = gaussians(rows * pattern.depth, rows);
      const output = apply(pattern, weight, input);
      const error = worstError(pattern, expected, input, output, roundings);
      expect(error, `${pattern.kept}:${pattern.of}, ${rows} rows`).toBeLessThanOrEqual(1);
    }
  }
});

test.each(["int4", "int3", "e2m1"])(
  "%s: a row's bits depend neither on other rows nor on how units are split",
  (format) => {
    for (const pattern of patterns) {
      const weight = randomSparse(format, pattern);
      const input = gaussians(6 * pattern.depth, 3);
      const together = apply(pattern, weight, input);
      if (pattern.columns > 32) expect(apply(pattern, weight, input, [1, 2])).toEqual(together);
      for (const row of [0, 3, 5])
        expect(apply(pattern, weight, input.slice(row * pattern.depth, (row + 1) * pattern.depth))).toEqual(
          together.slice(row * pattern.columns, (row + 1) * pattern.columns),
        );
    }
  },
);

test("what is not stored meets no input, what is stored meets NaN and infinity", () => {
  const [pattern] = [{ kept: 2, of: 4, columns: 17, depth: 8, run: 4 }];
  const values = randomMatrix(codeFormats.int4!, { columns: 17, depth: 4 }, 4, 1);
  const indices = Uint8Array.from({ length: 17 * 4 }, (_, i) => 2 * (i % 2));
  const weight = { kept: 2, of: 4, indices, values: { ...values, codes: values.codes.fill(3) } };
  const input = gaussians(pattern.depth, 1);
  const plain = apply(pattern, weight, input);
  const hostile = input.slice();
  for (const k of [1, 3, 5, 7]) hostile[k] = [Number.NaN, Number.POSITIVE_INFINITY][k % 2]!;
  expect(apply(pattern, weight, hostile)).toEqual(plain);
  hostile[2] = Number.NaN;
  expect([...apply(pattern, weight, hostile)].every(Number.isNaN)).toBe(true);
  input[4] = Number.NEGATIVE_INFINITY;
  expect([...apply(pattern, weight, input)].every((y) => y === Number.NEGATIVE_INFINITY)).toBe(true);
});

test("2:4 of 4 bits takes 6 bits for two of four elements, beside its scales", () => {
  const pattern = { kept: 2, of: 4, columns: 32, depth: 256, run: 128 };
  const form = structuredSparseLinear({
    ...pattern,
    weight: randomSparse("int4", pattern),
    epilogue: NO_EPILOGUE,
  });
  expect(form.weight.length).toBe((32 * 128 * 6) / 8 + 4 * 32);
});

test("indices are read back as they were packed", () => {
  for (const pattern of patterns) {
    const { indices } = randomSparse("int4", pattern);
    const stored = { columns: pattern.columns, depth: indices.length / pattern.columns };
    const bits = Math.ceil(Math.log2(pattern.of));
    expect(unpackIndices(packIndices(indices, stored, bits), stored, bits)).toEqual(indices);
  }
});
