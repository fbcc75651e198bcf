import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binaryScale, gramOfRows, multiply, transpose } from "../../../compiler/numeric/matrix.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import { singularValues } from "../../../compiler/numeric/svd.ts";
import { symmetricEigen } from "../../../compiler/numeric/symmetric-eigen.ts";

fc.configureGlobal({ seed: 1 });

function gaussians(rows: number, columns: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: rows * columns }, () => gaussian(random));
}
const largest = (values: Float64Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const difference = (one: Float64Array, other: Float64Array): number =>
  largest(one.map((x, index) => x - other[index]!));
const identity = (n: number): Float64Array =>
  new Float64Array(n * n).map((_, index) => (index % (n + 1) === 0 ? 1 : 0));
const scaleRows = (matrix: Float64Array, columns: number, factors: Float64Array): Float64Array =>
  matrix.map((x, index) => x * factors[Math.floor(index / columns)]!);

/** f64 rounding 2^-53 times the some hundred operations that reach an entry at these sizes. */
const tolerance = 1e-12;

/** Random, of low rank, with singular values over 24 decades, symmetric of each. */
const matrices = fc.record({
  rows: fc.integer({ min: 1, max: 24 }),
  columns: fc.integer({ min: 1, max: 24 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  kind: fc.constantFrom("random", "low rank", "ill-conditioned", "diagonal", "huge"),
});
function matrixOf({ rows, columns, seed, kind }: typeof matrices extends fc.Arbitrary<infer T> ? T : never) {
  const random = gaussians(rows, columns, seed);
  if (kind === "low rank")
    return multiply(gaussians(rows, 2, seed), gaussians(2, columns, seed + 1), { rows, inner: 2, columns });
  if (kind === "ill-conditioned")
    return random.map((x, index) => x * 10 ** -(Math.floor(index / columns) % 24));
  if (kind === "diagonal") return random.map((x, index) => (index % (columns + 1) === 0 ? x : 0));
  return kind === "huge" ? random.map((x) => x * 1e300) : random;
}

describe("symmetricEigen", () => {
  it("gives an orthonormal basis in which the matrix is diagonal, values falling", () => {
    fc.assert(
      fc.property(matrices, (given) => {
        const n = given.rows;
        const square = matrixOf({ ...given, columns: n });
        const matrix = square.map((x, index) => x / 2 + transpose(square, n, n)[index]! / 2);
        const { values, vectors } = symmetricEigen(matrix, n)!;
        const size = largest(matrix) || 1;
        expect(difference(gramOfRows(vectors, n, n), identity(n))).toBeLessThan(tolerance);
        const rebuilt = multiply(
          transpose(vectors, n, n),
          scaleRows(
            vectors,
            n,
            values.map((x) => x / size),
          ),
          {
            rows: n,
            inner: n,
            columns: n,
          },
        );
        expect(
          difference(
            rebuilt,
            matrix.map((x) => x / size),
          ),
        ).toBeLessThan(10 * tolerance);
        expect([...values]).toEqual([...values].sort((one, other) => other - one));
      }),
      { numRuns: 150 },
    );
  });

  it("knows the second difference matrix: 2 − 2 cos(kπ / (n + 1))", () => {
    const n = 50;
    const matrix = new Float64Array(n * n).map((_, index) => {
      const distance = Math.abs(Math.floor(index / n) - (index % n));
      return distance === 0 ? 2 : distance === 1 ? -1 : 0;
    });
    const { values } = symmetricEigen(matrix, n)!;
    const expected = Float64Array.from(values, (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)));
    expect(difference(values, expected)).toBeLessThan(1e-13);
  });

  it("takes 0 × 0 and 1 × 1, and refuses what is not finite", () => {
    expect(symmetricEigen(new Float64Array(0), 0)!.values).toEqual(new Float64Array(0));
    expect(symmetricEigen(Float64Array.of(-3), 1)).toEqual({
      values: Float64Array.of(-3),
      vectors: Float64Array.of(1),
    });
    expect(symmetricEigen(Float64Array.of(Number.NaN), 1)).toBeUndefined();
  });

  it("is the same for the same matrix", () => {
    const matrix = gramOfRows(gaussians(9, 9, 3), 9, 9);
    expect(symmetricEigen(matrix, 9)).toEqual(symmetricEigen(matrix.slice(), 9));
  });
});

describe("singularValues", () => {
  it("gives the matrix back, in orthonormal directions", () => {
    fc.assert(
      fc.property(matrices, (given) => {
        const { rows, columns } = given;
        const matrix = matrixOf(given);
        const { values, left, right } = singularValues(matrix, rows, columns)!;
        const size = largest(matrix) || 1;
        const terms = Math.min(rows, columns);
        const rebuilt = multiply(
          transpose(left, terms, rows),
          scaleRows(
            right,
            columns,
            values.map((x) => x / size),
          ),
          { rows, inner: terms, columns },
        );
        expect(
          difference(
            rebuilt,
            matrix.map((x) => x / size),
          ),
        ).toBeLessThan(tolerance);
        expect([...values]).toEqual([...values].sort((one, other) => other - one));
        expect(values.every((x) => x >= 0)).toBe(true);
        const [smaller, longer] = rows <= columns ? [left, right] : [right, left];
        expect(difference(gramOfRows(smaller, terms, terms), identity(terms))).toBeLessThan(tolerance);
        // Where a value is 0 its vector is too.
        const wanted = identity(terms).map((x, index) => (values[index % terms] === 0 ? 0 : x));
        expect(difference(gramOfRows(longer, terms, Math.max(rows, columns)), wanted)).toBeLessThan(
          tolerance,
        );
      }),
      { numRuns: 150 },
    );
  });

  it("finds small singular values to their own precision where rows are scaled", () => {
    const n = 12;
    const { vectors } = symmetricEigen(gramOfRows(gaussians(n, n, 5), n, n), n)!;
    const wanted = Float64Array.from({ length: n }, (_, index) => 10 ** (-2 * index));
    const { values } = singularValues(scaleRows(vectors, n, wanted), n, n)!;
    for (const [index, value] of values.entries())
      expect(Math.abs(value / wanted[index]! - 1)).toBeLessThan(1e-10);
  });

  it("gives the first terms where only these are asked for", () => {
    const matrix = gaussians(14, 9, 8);
    const all = singularValues(matrix, 14, 9)!;
    const first = singularValues(matrix, 14, 9, 3)!;
    expect(first.values.length).toBe(3);
    expect(difference(first.values, all.values.slice(0, 3))).toBeLessThan(tolerance);
    expect(difference(first.left, all.left.slice(0, 3 * 14))).toBeLessThan(tolerance);
    expect(difference(first.right, all.right.slice(0, 3 * 9))).toBeLessThan(tolerance);
  });

  it("finds rank 2 in a matrix of rank 2, and nothing in zeros", () => {
    const matrix = matrixOf({ rows: 9, columns: 17, seed: 4, kind: "low rank" });
    const { values } = singularValues(matrix, 9, 17)!;
    expect(values[1]).toBeGreaterThan(1);
    expect(values[2]).toBeLessThan(1e-13 * values[0]!);
    expect(singularValues(new Float64Array(6), 2, 3)!.values).toEqual(new Float64Array(2));
    expect(singularValues(Float64Array.of(-2), 1, 1)!.values).toEqual(Float64Array.of(2));
    expect(singularValues(Float64Array.of(1, Number.NaN), 1, 2)).toBeUndefined();
  });
});

describe("binaryScale", () => {
  it("brings the largest magnitude into [1, 2)", () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -1000, max: 1e308, noNaN: true }), (x) => {
        const scaled = x * binaryScale([0, -x]);
        expect(scaled >= 1 && scaled < 2).toBe(true);
      }),
    );
    expect([binaryScale([]), binaryScale([0])]).toEqual([1, 1]);
  });
});
