import { binaryScale, rotateRows, takeRows } from "./matrix.ts";

/** matrix = Σ values[i] · vectors[i]ᵀ vectors[i]. */
export interface SymmetricEigen {
  /** Falling. */
  readonly values: Float64Array;
  /** f64[n, n], orthonormal rows; the component of largest magnitude of each is positive. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix f64[n, n], by reflections to tridiagonal form and implicit QR
 * steps with Wilkinson's shift. Errors are some 2^-52 of the largest magnitude. Undefined where an entry is not
 * finite. (Golub & Van Loan, §8.3)
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen | undefined {
  if (!matrix.every(Number.isFinite)) return undefined;
  const scale = binaryScale(matrix);
  const band = tridiagonalize(
    matrix.map((x) => x * scale),
    n,
  );
  if (!diagonalize(band, n)) return undefined;
  const { diagonal, rows } = band;
  const order = Array.from({ length: n }, (_, index) => index).sort(
    (one, other) => diagonal[other]! - diagonal[one]! || one - other,
  );
  return {
    values: Float64Array.from(order, (index) => diagonal[index]! / scale),
    vectors: takeRows(rows, order, n, (row) => signOfLargest(rows, row, n)),
  };
}

/** A tridiagonal matrix rows · original · rowsᵀ. */
interface Band {
  readonly diagonal: Float64Array;
  /** Entry i stands beside diagonal entries i and i + 1. */
  readonly beside: Float64Array;
  readonly rows: Float64Array;
}

/** Reflects column after column onto its first entry below the diagonal; changes `matrix`. */
function tridiagonalize(matrix: Float64Array, n: number): Band {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(Math.max(n - 1, 0));
  const rows = new Float64Array(n * n);
  for (let index = 0; index < rows.length; index += n + 1) rows[index] = 1;
  for (let step = 0; step < n - 1; step++) {
    const reflection = reflectionOf(matrix, step, n);
    beside[step] = reflection.reached;
    if (reflection.factor === 0) continue;
    reflectSymmetric(matrix, reflection, n);
    reflectRows(rows, reflection, n);
  }
  for (let index = 0; index < n; index++) diagonal[index] = matrix[index * (n + 1)]!;
  return { diagonal, beside, rows };
}

/** I − factor · v vᵀ, v being zero before `start`. */
interface Reflection {
  readonly start: number;
  readonly v: Float64Array;
  readonly factor: number;
  /** What the vector becomes in its first entry. */
  readonly reached: number;
}

function reflectionOf(matrix: Float64Array, step: number, n: number): Reflection {
  const start = step + 1;
  const v = matrix.slice(step * n, (step + 1) * n).fill(0, 0, start);
  const first = v[start]!;
  let rest = 0;
  for (let index = start + 1; index < n; index++) rest += v[index]! * v[index]!;
  if (rest === 0) return { start, v, factor: 0, reached: first };
  const length = Math.sqrt(first * first + rest);
  // Away from the sign of the first entry, so that nothing cancels.
  const reached = first > 0 ? -length : length;
  v[start] = first - reached;
  return { start, v, factor: 2 / (v[start]! ** 2 + rest), reached };
}

/** matrix ← R matrix R from `start` on, as matrix − v wᵀ − w vᵀ. */
function reflectSymmetric(matrix: Float64Array, { start, v, factor }: Reflection, n: number): void {
  const w = new Float64Array(n);
  let along = 0;
  for (let row = start; row < n; row++) {
    let total = 0;
    for (let column = start; column < n; column++) total += matrix[row * n + column]! * v[column]!;
    w[row] = factor * total;
    along += w[row]! * v[row]!;
  }
  for (let row = start; row < n; row++) w[row] = w[row]! - (factor / 2) * along * v[row]!;
  for (let row = start; row < n; row++)
    for (let column = start; column < n; column++)
      matrix[row * n + column] = matrix[row * n + column]! - (v[row]! * w[column]! + w[row]! * v[column]!);
}

/** rows ← R rows. */
function reflectRows(rows: Float64Array, { start, v, factor }: Reflection, n: number): void {
  const sums = new Float64Array(n);
  for (let row = start; row < n; row++)
    for (let column = 0; column < n; column++)
      sums[column] = sums[column]! + v[row]! * rows[row * n + column]!;
  for (let row = start; row < n; row++) {
    const times = factor * v[row]!;
    for (let column = 0; column < n; column++)
      rows[row * n + column] = rows[row * n + column]! - times * sums[column]!;
  }
}

const stepsPerValue = 60;

/** Turns the band diagonal and the rows along; false where that does not come to an end. */
function diagonalize(band: Band, n: number): boolean {
  const { diagonal, beside } = band;
  let last = n - 1;
  for (let steps = 0; last > 0; steps++) {
    if (steps > stepsPerValue * n) return false;
    for (let index = 0; index < last; index++)
      if (isNegligible(beside[index]!, diagonal[index]!, diagonal[index + 1]!)) beside[index] = 0;
    if (beside[last - 1] === 0) {
      last--;
      continue;
    }
    let first = last - 1;
    while (first > 0 && beside[first - 1] !== 0) first--;
    shiftedStep(band, first, last, n);
  }
  return true;
}

const isNegligible = (entry: number, one: number, other: number): boolean =>
  Math.abs(entry) <= Number.EPSILON * (Math.abs(one) + Math.abs(other)) || Math.abs(entry) < 2 ** -500;

/** One implicit QR step on the unreduced part [first, last]. (Golub & Van Loan, algorithm 8.3.2) */
function shiftedStep({ diagonal, beside, rows }: Band, first: number, last: number, n: number): void {
  const half = (diagonal[last - 1]! - diagonal[last]!) / 2;
  const off = beside[last - 1]!;
  const root = Math.hypot(half, off);
  const shift = diagonal[last]! - off * (off / (half + (half < 0 ? -root : root)));
  let [x, bulge] = [diagonal[first]! - shift, beside[first]!];
  for (let index = first; index < last; index++) {
    const length = Math.hypot(x, bulge);
    const [c, s] = length === 0 ? [1, 0] : [x / length, bulge / length];
    if (index > first) beside[index - 1] = length;
    const [one, other, entry] = [diagonal[index]!, diagonal[index + 1]!, beside[index]!];
    diagonal[index] = c * c * one + 2 * c * s * entry + s * s * other;
    diagonal[index + 1] = s * s * one - 2 * c * s * entry + c * c * other;
    beside[index] = c * s * (other - one) + (c * c - s * s) * entry;
    if (index < last - 1) {
      x = beside[index]!;
      bulge = s * beside[index + 1]!;
      beside[index + 1] = c * beside[index + 1]!;
    }
    rotateRows(rows, index, index + 1, { columns: n, c, s });
  }
}

/** Of equal magnitudes the first decides. */
function signOfLargest(rows: Float64Array, row: number, n: number): number {
  let largest = 0;
  for (let column = 0; column < n; column++) {
    const value = rows[row * n + column]!;
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  return largest < 0 ? -1 : 1;
}
