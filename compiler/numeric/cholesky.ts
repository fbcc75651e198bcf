/** Matrices here are dense, row-major, f64[n, n]; every loop runs in a fixed order, so results are deterministic. */

/**
 * L, lower triangular with a positive diagonal, such that matrix = L Lᵀ. Reads the lower triangle alone. Undefined
 * when the matrix is not positive definite to working precision, or not finite. (Golub & Van Loan, §4.2.3)
 */
export function choleskyLower(matrix: Float64Array, n: number): Float64Array | undefined {
  const lower = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    const start = row * n;
    for (let column = 0; column < row; column++) {
      const rest = matrix[start + column]! - dot(lower, start, column * n, column);
      lower[start + column] = rest / lower[column * n + column]!;
    }
    const pivot = matrix[start + row]! - dot(lower, start, start, row);
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return undefined;
    lower[start + row] = Math.sqrt(pivot);
  }
  return lower;
}

/** The inverse of a symmetric positive definite matrix, exactly symmetric; undefined when it is not definite. */
export function invertSymmetric(matrix: Float64Array, n: number): Float64Array | undefined {
  const lower = choleskyLower(matrix, n);
  if (!lower) return undefined;
  const inverseLower = invertLower(lower, n);
  const inverse = new Float64Array(n * n);
  // matrix⁻¹ = L⁻ᵀ L⁻¹: a sum of outer products of the rows of L⁻¹, lower triangle first.
  for (let term = 0; term < n; term++)
    for (let row = 0; row <= term; row++)
      subtractMultiple(inverse, row * n, inverseLower, {
        start: term * n,
        length: row + 1,
        factor: -inverseLower[term * n + row]!,
      });
  for (let row = 0; row < n; row++)
    for (let column = row + 1; column < n; column++) inverse[row * n + column] = inverse[column * n + row]!;
  return inverse;
}

/**
 * U, upper triangular with a positive diagonal, such that matrix⁻¹ = Uᵀ U; undefined when the matrix is not positive
 * definite. No inverse of the matrix is formed: with J the reversal of the order, J matrix J = L Lᵀ gives U = J L⁻¹ J.
 */
export function upperFactorOfInverse(matrix: Float64Array, n: number): Float64Array | undefined {
  const lower = choleskyLower(matrix.slice().reverse(), n);
  return lower && invertLower(lower, n).reverse();
}

/** The inverse of a lower triangular matrix, by forward substitution on all columns at once. */
function invertLower(lower: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    const start = row * n;
    inverse[start + row] = 1;
    for (let term = 0; term < row; term++)
      subtractMultiple(inverse, start, inverse, {
        start: term * n,
        length: term + 1,
        factor: lower[start + term]!,
      });
    const pivot = lower[start + row]!;
    for (let column = 0; column <= row; column++) inverse[start + column] = inverse[start + column]! / pivot;
  }
  return inverse;
}

/** Σ a[left + i] · a[right + i] for i < length, in four interleaved sums: one alone waits for each addition. */
function dot(data: Float64Array, left: number, right: number, length: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 3 < length; index += 4) {
    first += data[left + index]! * data[right + index]!;
    second += data[left + index + 1]! * data[right + index + 1]!;
    third += data[left + index + 2]! * data[right + index + 2]!;
    fourth += data[left + index + 3]! * data[right + index + 3]!;
  }
  for (; index < length; index++) first += data[left + index]! * data[right + index]!;
  return first + second + (third + fourth);
}

/** target[at + i] −= factor · source[start + i] for i < length. */
function subtractMultiple(
  target: Float64Array,
  at: number,
  source: Float64Array,
  { start, length, factor }: { readonly start: number; readonly length: number; readonly factor: number },
): void {
  for (let index = 0; index < length; index++)
    target[at + index] = target[at + index]! - factor * source[start + index]!;
}
