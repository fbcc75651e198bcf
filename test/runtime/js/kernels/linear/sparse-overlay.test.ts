import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../../../compiler/numeric/random.ts";
import { type Epilogue, NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import {
  addSparse,
  type SparseMatrix,
  unpackSparse,
} from "../../../../../runtime/js/kernels/linear/sparse-overlay.ts";
import { runKernel } from "../../run-kernel.ts";
import { gaussians } from "./quantized-cases.ts";

interface Case {
  readonly columns: number;
  readonly depth: number;
  readonly share: number;
  readonly seed: number;
}

function randomSparse({ columns, depth, share, seed }: Case): SparseMatrix {
  const random = seededRandom(seed);
  const starts = new Int32Array(columns + 1);
  const places: number[] = [];
  for (let column = 0; column < columns; column++) {
    for (let k = 0; k < depth; k++) if (random() < share) places.push(k);
    starts[column + 1] = places.length;
  }
  return { starts, places: Int32Array.from(places), values: gaussians(places.length, seed + 1) };
}

function apply(
  { columns, depth }: Pick<Case, "columns" | "depth">,
  weight: SparseMatrix,
  {
    input,
    output,
    split = [],
    epilogue = NO_EPILOGUE,
    ...fused
  }: {
    readonly input: Float32Array;
    readonly output: Float32Array;
    readonly split?: readonly number[];
    readonly epilogue?: Epilogue;
    readonly bias?: Float32Array;
    readonly residual?: Float32Array;
  },
) {
  const form = addSparse({ columns, depth, weight, epilogue });
  const workspace = new Uint8Array(form.workspace);
  const args = { input, weight: form.weight, output, rows: input.length / depth, workspace, ...fused };
  return runKernel(form.kernel, args, { units: form.units, split }).output as Float32Array;
}

/** The same sums in f32, by the order that the kernel promises. */
function expected(
  { columns, depth }: Pick<Case, "columns" | "depth">,
  weight: SparseMatrix,
  input: Float32Array,
  output: Float32Array,
) {
  return output.map((from, i) => {
    const row = Math.floor(i / columns) * depth;
    const column = i % columns;
    let sum = from;
    for (let at = weight.starts[column]!; at < weight.starts[column + 1]!; at++)
      sum = Math.fround(sum + Math.fround(input[row + weight.places[at]!]! * weight.values[at]!));
    return sum;
  });
}

const cases = fc.record({
  columns: fc.integer({ min: 1, max: 40 }),
  depth: fc.integer({ min: 1, max: 50 }),
  share: fc.constantFrom(0, 0.02, 0.3, 1),
  seed: fc.nat(100),
});

test("adds the products of what is stored, to the bit, for any shape and split", () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 5 }), (shape, rows) => {
      const weight = randomSparse(shape);
      const input = gaussians(rows * shape.depth, 1);
      const output = gaussians(rows * shape.columns, 2);
      const sums = expected(shape, weight, input, output);
      const split = shape.columns > 16 ? [1] : [];
      expect(apply(shape, weight, { input, output, split })).toEqual(sums);
    }),
    { numRuns: 40 },
  );
});

test("reads back what it packed, with places of 16 bits and of 32", () => {
  for (const depth of [100, 65536, 65537]) {
    const weight: SparseMatrix = {
      starts: Int32Array.of(0, 2, 2, 3),
      places: Int32Array.of(0, depth - 1, 5),
      values: Float32Array.of(1, -0, Number.NaN),
    };
    const form = addSparse({ columns: 3, depth, weight, epilogue: NO_EPILOGUE });
    expect(unpackSparse(form.weight, { columns: 3, depth })).toEqual(weight);
    const input = gaussians(depth, 1);
    const output = new Float32Array(3);
    expect(apply({ columns: 3, depth }, weight, { input, output })).toEqual(
      expected({ columns: 3, depth }, weight, input, output),
    );
  }
});

test("what is not stored meets no input", () => {
  const shape = { columns: 3, depth: 4 };
  const weight = {
    starts: Int32Array.of(0, 1, 1, 2),
    places: Int32Array.of(1, 2),
    values: Float32Array.of(2, 3),
  };
  const input = Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NaN);
  const output = apply(shape, weight, { input, output: Float32Array.of(1, 1, 1) });
  expect(output).toEqual(Float32Array.of(3, 1, Number.POSITIVE_INFINITY));
});

test("finishes the sum with bias, activation and residual", () => {
  const shape = { columns: 21, depth: 10, share: 0.3, seed: 4 };
  const weight = randomSparse(shape);
  const input = gaussians(2 * 10, 1);
  const output = gaussians(2 * 21, 2);
  const bias = gaussians(21, 3);
  const residual = gaussians(2 * 21, 4);
  const epilogue = { ...NO_EPILOGUE, bias: true, activation: "relu", residual: true } as const;
  const sums = expected(shape, weight, input, output);
  const finished = sums.map((sum, i) => Math.max(0, Math.fround(sum + bias[i % 21]!)) + residual[i]!);
  expect(apply(shape, weight, { input, output, epilogue, bias, residual })).toEqual(finished);
});
