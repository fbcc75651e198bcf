import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choleskyLower, invertSymmetric, upperFactorOfInverse } from "../../../compiler/numeric/cholesky.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";

fc.configureGlobal({ seed: 1 });

/** A Aᵀ + I / 2 for Gaussian A: condition numbers of at most some hundreds at these sizes. */
function definite(n: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const factor = Float64Array.from({ length: n * n }, () => gaussian(random) / Math.sqrt(n));
  const matrix = multiply(factor, transpose(factor, n), n);
  return matrix.map((x, index) => (index % (n + 1) === 0 ? x + 0.5 : x));
}
const transpose = (matrix: Float64Array, n: number): Float64Array =>
  matrix.map((_, index) => matrix[(index % n) * n + Math.floor(index / n)]!);
function multiply(left: Float64Array, right: Float64Array, n: number): Float64Array {
  return left.map((_, index) => {
    let total = 0;
    for (let term = 0; term < n; term++)
      total += left[Math.floor(index / n) * n + term]! * right[term * n + (index % n)]!;
    return total;
  });
}
const largestDifference = (one: Float64Array, other: Float64Array): number =>
  one.reduce((largest, x, index) => Math.max(largest, Math.abs(x - other[index]!)), 0);
const identity = (n: number): Float64Array =>
  new Float64Array(n * n).map((_, index) => (index % (n + 1) === 0 ? 1 : 0));

const cases = fc.record({ n: fc.integer({ min: 0, max: 24 }), seed: fc.integer({ min: 0, max: 1e6 }) });
/** f64 rounding 2^-53 times sums of 24 terms times condition numbers of some hundreds. */
const tolerance = 1e-11;

describe("cholesky", () => {
  it("factors, inverts and factors the inverse", () => {
    fc.assert(
      fc.property(cases, ({ n, seed }) => {
        const matrix = definite(n, seed);
        const lower = choleskyLower(matrix, n)!;
        const inverse = invertSymmetric(matrix, n)!;
        const upper = upperFactorOfInverse(matrix, n)!;
        expect(largestDifference(multiply(lower, transpose(lower, n), n), matrix)).toBeLessThan(tolerance);
        expect(largestDifference(multiply(matrix, inverse, n), identity(n))).toBeLessThan(tolerance);
        expect(inverse).toEqual(transpose(inverse, n));
        expect(largestDifference(multiply(transpose(upper, n), upper, n), inverse)).toBeLessThan(tolerance);
        for (let row = 0; row < n; row++) {
          expect(lower[row * (n + 1)]).toBeGreaterThan(0);
          expect(upper[row * (n + 1)]).toBeGreaterThan(0);
          for (let column = row + 1; column < n; column++)
            expect([lower[row * n + column], upper[column * n + row]]).toEqual([0, 0]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is exact where the factor is made of small integers", () => {
    expect(choleskyLower(Float64Array.of(4, 2, 2, 10), 2)).toEqual(Float64Array.of(2, 0, 1, 3));
    expect(upperFactorOfInverse(Float64Array.of(4, 0, 0, 16), 2)).toEqual(Float64Array.of(0.5, 0, 0, 0.25));
  });

  it("has no factor for a matrix that is not positive definite or not finite", () => {
    const refused = [
      [1, 2, 2, 1],
      [0, 0, 0, 1],
      [-1, 0, 0, 1],
      [Number.NaN, 0, 0, 1],
      [Number.POSITIVE_INFINITY, 0, 0, 1],
    ];
    for (const entries of refused) {
      const matrix = Float64Array.from(entries);
      for (const factor of [choleskyLower, invertSymmetric, upperFactorOfInverse])
        expect(factor(matrix, 2)).toBeUndefined();
    }
  });

  it("does not change its input", () => {
    const matrix = definite(5, 1);
    const copy = matrix.slice();
    upperFactorOfInverse(matrix, 5);
    invertSymmetric(matrix, 5);
    expect(matrix).toEqual(copy);
  });
});
