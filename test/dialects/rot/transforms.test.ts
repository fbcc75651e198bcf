import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gramOfRows, multiply } from "../../../compiler/numeric/matrix.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import { applyAlong } from "../../../dialects/rot/transforms/apply-along.ts";
import {
  blockDiagonal,
  diagonal,
  kronecker,
  permutation,
  product,
} from "../../../dialects/rot/transforms/composite.ts";
import { dense, orthogonalityError, randomOrthogonal } from "../../../dialects/rot/transforms/dense.ts";
import { hadamard } from "../../../dialects/rot/transforms/hadamard.ts";
import { hadamardFactors, hadamardMatrix } from "../../../dialects/rot/transforms/hadamard-matrix.ts";
import {
  inverseOf,
  matrixOf,
  type Transform,
  transposeOf,
} from "../../../dialects/rot/transforms/transform.ts";

const random = seededRandom(7);
const noise = (length: number) => Float64Array.from({ length }, () => gaussian(random));
const largest = (left: ArrayLike<number>, right: ArrayLike<number>): number =>
  Array.from(left).reduce((worst, value, at) => Math.max(worst, Math.abs(value - right[at]!)), 0);
const identity = (size: number) =>
  Float64Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
const times = (left: Float64Array, right: Float64Array, size: number) =>
  multiply(left, right, { rows: size, inner: size, columns: size });

/** Of Paley's constructions, over prime fields and (52, 100, 244) their squares, and of Williamson's (92, 116, 172). */
const some = [1, 2, 4, 8, 12, 20, 24, 28, 32, 36, 40, 44, 48, 52, 60, 64, 76, 84, 92, 100, 108, 116, 128];
test.each([...some, 140, 156, 172, 184, 232, 244, 384])(
  "there is a Hadamard matrix of order %i, and the fast transform is it",
  (size) => {
    const { power, order } = hadamardFactors(size)!;
    expect(power * order).toBe(size);
    const entries = hadamardMatrix(order)!;
    expect(entries.every((entry) => Math.abs(entry) === 1)).toBe(true);
    const transform = hadamard(size, 3);
    const matrix = matrixOf(transform);
    expect(orthogonalityError(matrix, size)).toBeLessThan(1e-12);
    expect(
      largest(matrix.map(Math.abs), new Float64Array(size * size).fill(1 / Math.sqrt(size))),
    ).toBeLessThan(1e-15);
    const vector = noise(size);
    const mapped = vector.slice();
    transform.apply(mapped, "forward");
    const expected = multiply(vector, matrix, { rows: 1, inner: size, columns: size });
    expect(largest(mapped, expected)).toBeLessThan(1e-13 * Math.sqrt(size));
  },
);

const outOfReach = [188, 236];

test("every multiple of 4 up to 256 has one, but those that stay out of reach", () => {
  for (let order = 4; order <= 256; order += 4) {
    const factors = hadamardFactors(order);
    if (outOfReach.includes(order)) expect(factors, `${order}`).toBeUndefined();
    if (!factors) continue;
    const { order: m, power } = factors;
    expect(m * power).toBe(order);
    const matrix = Float64Array.from(hadamardMatrix(m)!);
    const gram = gramOfRows(matrix, m, m);
    expect(matrix.every((entry) => Math.abs(entry) === 1)).toBe(true);
    expect(
      gram.every((entry, at) => entry === (at % (m + 1) === 0 ? m : 0)),
      `${m}`,
    ).toBe(true);
  }
  const reached = Array.from({ length: 64 }, (_, at) => 4 * (at + 1)).filter((order) =>
    hadamardFactors(order),
  );
  expect(reached).toHaveLength(64 - outOfReach.length);
});

test("orders above 2 that 4 does not divide, and those of no known construction here, have none", () => {
  expect([3, 6, 10, 27, 50, ...outOfReach].map(hadamardFactors)).toEqual(new Array(7).fill(undefined));
});

test("the Hadamard transform without signs is symmetric where Sylvester's is, and an involution", () => {
  const matrix = matrixOf(hadamard(64));
  expect(largest(matrix, matrixOf(hadamard(64), "transpose"))).toBe(0);
  expect(largest(times(matrix, matrix, 64), identity(64))).toBeLessThan(1e-14);
});

const kinds: Readonly<Record<string, Transform>> = {
  hadamard: hadamard(12, 1),
  "plain hadamard": hadamard(20),
  permutation: permutation(Int32Array.of(3, 1, 0, 2)),
  diagonal: diagonal(Float64Array.of(2, -0.5, 3)),
  signs: diagonal(Float64Array.of(1, -1, 1)),
  dense: dense(noise(49), 7)!,
  orthogonal: dense(randomOrthogonal(9, 5), 9)!,
  product: product([
    hadamard(4, 1),
    diagonal(Float64Array.of(1, 2, 3, 4)),
    permutation(Int32Array.of(3, 1, 0, 2)),
  ]),
  kronecker: kronecker(dense(noise(9), 3)!, hadamard(4, 2)),
  blocks: blockDiagonal(dense(noise(9), 3)!, 4),
  inverse: inverseOf(dense(noise(16), 4)!),
  transpose: transposeOf(dense(noise(16), 4)!),
};

describe.each(Object.entries(kinds))("%s", (_, transform) => {
  const { size } = transform;
  const [forward, inverse] = [matrixOf(transform), matrixOf(transform, "inverse")];

  test("keeps the laws of inverse, transpose and dual", () => {
    expect(largest(times(forward, inverse, size), identity(size))).toBeLessThan(1e-12);
    const turned = matrixOf(transform, "transpose");
    const back = matrixOf(transform, "dual");
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        expect(turned[column * size + row]).toBeCloseTo(forward[row * size + column]!, 12);
        expect(back[column * size + row]).toBeCloseTo(inverse[row * size + column]!, 12);
      }
  });

  test("says rightly whether it is orthogonal", () => {
    expect(orthogonalityError(forward, size) < 1e-12).toBe(transform.isOrthogonal);
  });

  test("is undone by its inverse on any axis, block by block", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom(0, 1, 2),
        (others, blocks, axis) => {
          const shape = [others, others, others].with(axis, size * blocks);
          const tensor = { shape, data: noise(shape.reduce((all, extent) => all * extent)) };
          const there = applyAlong(tensor, axis, transform, "forward");
          const back = applyAlong(there, axis, transform, "inverse");
          expect(largest(back.data, tensor.data)).toBeLessThan(1e-11);
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });

  test("keeps sums over the axis where the other side takes its dual", () => {
    const [left, right] = [noise(size), noise(size)];
    const before = left.reduce((sum, value, at) => sum + value * right[at]!, 0);
    transform.apply(left, "forward");
    transform.apply(right, "dual");
    expect(left.reduce((sum, value, at) => sum + value * right[at]!, 0)).toBeCloseTo(before, 11);
  });
});

test("a Kronecker product is what its factors make of a matrix, to 3e-16", () => {
  const [left, right] = [randomOrthogonal(4, 1), randomOrthogonal(8, 2)];
  const applied = matrixOf(kronecker(dense(left, 4)!, dense(right, 8)!));
  const expected = Float64Array.from(applied, (_, at) => {
    const [row, column] = [Math.floor(at / 32), at % 32];
    return left[(row >> 3) * 4 + (column >> 3)]! * right[(row & 7) * 8 + (column & 7)]!;
  });
  expect(largest(applied, expected)).toBeLessThan(3e-16);
});

test("the inverse of a Kronecker product is that of its factors", () => {
  const [left, right] = [dense(noise(9), 3)!, dense(noise(16), 4)!];
  const one = matrixOf(kronecker(left, right), "inverse");
  const other = matrixOf(kronecker(inverseOf(left), inverseOf(right)));
  expect(largest(one, other)).toBeLessThan(1e-13);
});

test("a matrix without an inverse is no transform", () => {
  expect(dense(Float64Array.of(1, 2, 2, 4), 2)).toBeUndefined();
  expect(dense(Float64Array.of(0, 0, 0, 0), 2)).toBeUndefined();
  expect(dense(Float64Array.of(1, Number.NaN, 0, 1), 2)).toBeUndefined();
});

test("the fast transform costs n log n, in f32 as in f64", () => {
  expect(hadamard(1024).cost).toBe(1024 * 11);
  const numbers = noise(256);
  const [wide, narrow] = [numbers.slice(), Float32Array.from(numbers)];
  hadamard(256, 1).apply(wide, "forward");
  hadamard(256, 1).apply(narrow, "forward");
  expect(largest(narrow, wide)).toBeLessThan(2e-6);
  expect(largest(narrow, wide)).toBeGreaterThan(0);
});
