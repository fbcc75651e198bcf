import fc from "fast-check";
import { expect, test } from "vitest";
import { multiplyStored } from "../../../../../dialects/lowp/sparse-linear.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { sparseLinear } from "../../../../../runtime/js/kernels/linear/sparse.ts";
import type { FactoredMatrix } from "../../../../../runtime/js/kernels/linear/sparse-stream.ts";
import { runTranslatedToo } from "../../run-kernel.ts";
import { normals } from "./dense-cases.ts";
import { kinds, orderedSums, randomSparse, runSparse, sparseCases } from "./sparse-cases.ts";

// All of these run as JavaScript too.
runTranslatedToo();

const hostile = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-45, -1e-38, 3.4e38, -3.4e38, 1, -2.5];
const cycle = (values: readonly number[], length: number) =>
  Float32Array.from({ length }, (_, i) => values[(i * 7 + Math.floor(i / 5)) % values.length]!);

test.each(kinds)("numbers held as %s: sums are those that are promised, to the bit", (kind) => {
  fc.assert(
    fc.property(sparseCases, fc.integer({ min: 1, max: 21 }), ({ share, seed, ...extents }, rows) => {
      const weight = randomSparse(extents, share, kind, seed);
      const input = normals(rows * extents.depth, 1);
      expect(runSparse(extents, weight, { input })).toEqual(orderedSums(extents, weight, input));
    }),
    { numRuns: 30 },
  );
});

test.each(kinds)("numbers held as %s: the kernel is the one for them", (kind) => {
  const extents = { columns: 40, depth: 200 };
  const weight = randomSparse(extents, 0.4, kind);
  const { kernel } = sparseLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
  expect(kernel.name).toBe(`sparse_linear_${kind}_steps8_40x200`);
});

test("a row's bits depend neither on other rows nor on how units are split", () => {
  const extents = { columns: 77, depth: 60 };
  const weight = randomSparse(extents, 0.2, "f32");
  const { units } = sparseLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
  expect(units).toBe(20);
  const input = normals(33 * 60, 2);
  const all = runSparse(extents, weight, { input });
  for (const rows of [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 17])
    for (const split of [[], [1], [3, 4, 9], [2, 2, 19]])
      expect(runSparse(extents, weight, { input: input.subarray(0, rows * 60), split })).toEqual(
        all.subarray(0, rows * 77),
      );
});

test.each([1, 2, 5, 8, 11])("of %i rows, inputs that are not finite meet what is stored alone", (rows) => {
  const extents = { columns: 23, depth: 37 };
  for (const kind of kinds)
    for (const values of [hostile, hostile.slice(3), [0], [-0, 1e-45]]) {
      const weight = randomSparse(extents, 0.15, kind, rows);
      const input = cycle(values, rows * 37);
      expect(runSparse(extents, weight, { input })).toEqual(orderedSums(extents, weight, input));
    }
});

test.each([1, 2, 6, 9])("of %i rows, stored numbers that are not finite, or hardly, count", (rows) => {
  const extents = { columns: 11, depth: 19 };
  const places = randomSparse(extents, 0.4, "f32");
  for (const element of ["f32", "f16", "bf16"] as const) {
    const small = [0, -0, 2 ** -24, -(2 ** -14), 65504, Infinity, -Infinity, Number.NaN, 1];
    const values = cycle(element === "f32" ? hostile : small, places.values.length);
    const weight = { ...places, element, values: element === "bf16" ? values.map(toBf16) : values };
    for (const input of [normals(rows * 19, 1), cycle(hostile, rows * 19)])
      expect(runSparse(extents, weight, { input })).toEqual(orderedSums(extents, weight, input));
  }
});
const toBf16 = (value: number): number => (Math.abs(value) === 65504 ? 65536 : value);

test.each([
  ["no number", { column: 0, places: [] }],
  ["one number, at the end", { column: 16, places: [12] }],
  ["one column of all", { column: 4, places: Array.from({ length: 13 }, (_, k) => k) }],
])("a weight of %s", (_, { column, places }) => {
  const extents = { columns: 17, depth: 13 };
  const weight: FactoredMatrix = {
    ...{ element: "f32", factor: 1 },
    starts: new Int32Array(18).fill(places.length, column + 1),
    places: Int32Array.from(places),
    values: normals(places.length, 1),
  };
  for (const rows of [1, 3, 10]) {
    const input = normals(rows * 13, 2);
    expect(runSparse(extents, weight, { input, split: [2] })).toEqual(orderedSums(extents, weight, input));
  }
});

test("steps of 16 and of 32 bits reach as far as they have to", () => {
  for (const [depth, bits] of [
    [256, 8],
    [257, 16],
    [65536, 16],
    [65537, 32],
  ] as const) {
    const weight: FactoredMatrix = {
      ...{ element: "f32", factor: 1 },
      starts: Int32Array.of(0, 2, 2, 5),
      places: Int32Array.of(0, depth - 1, 3, 5, depth - 1),
      values: Float32Array.of(1.5, -2.5, 3, 4, 5),
    };
    const extents = { columns: 3, depth };
    const { kernel } = sparseLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
    expect(kernel.name).toContain(`_steps${bits}_`);
    for (const rows of [1, 2]) {
      const input = normals(rows * depth, 1);
      expect(runSparse(extents, weight, { input })).toEqual(orderedSums(extents, weight, input));
    }
  }
});

test("the error is within the stated bound of the interpreter's sums", () => {
  const extents = { columns: 19, depth: 777 };
  for (const kind of kinds) {
    const weight = randomSparse(extents, 0.3, kind);
    const { starts, places, values, factor } = weight;
    const stored = { rows: 19, columns: 777, starts, places };
    const input = normals(6 * 777, 5);
    const numbers = Float64Array.from(values, (value) => value * Math.fround(factor));
    const exact = multiplyStored({ shape: [6, 777], data: input }, { ...stored, numbers }, undefined).data;
    const absolute = { shape: [6, 777], data: input.map(Math.abs) };
    const scale = multiplyStored(absolute, { ...stored, numbers: numbers.map(Math.abs) }, undefined).data;
    for (const [i, value] of runSparse(extents, weight, { input }).entries()) {
      const count = starts[(i % 19) + 1]! - starts[i % 19]!;
      const bound = (Math.ceil(count / 4) + 4) * 2 ** -24 * scale[i]!;
      expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(bound);
    }
  }
});

test("finishes sums with bias, activation, multiplier and residual, in units of any size", () => {
  const extents = { columns: 45, depth: 10 };
  const weight = randomSparse(extents, 0.5, "f32");
  const epilogue = { bias: true, activation: "relu", multiplier: true, residual: true } as const;
  for (const rows of [1, 3, 9]) {
    const input = normals(rows * 10, 2);
    const fused = {
      bias: normals(45, 3),
      multiplier: normals(rows * 45, 4),
      residual: normals(rows * 45, 5),
    };
    const expected = orderedSums(extents, weight, input).map((sum, i) => {
      const active = Math.max(0, Math.fround(sum + fused.bias[i % 45]!));
      return Math.fround(active * fused.multiplier[i]!) + fused.residual[i]!;
    });
    for (const split of [[], [1], [5, 6, 11]])
      expect(runSparse(extents, weight, { input, split, epilogue, fused })).toEqual(expected);
  }
});
