/** Dense row-major f64 matrices; every sum runs in a fixed order, so results are deterministic. */

/** Extents of a product: left [rows, inner] times right [inner, columns]. */
export interface ProductShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** left · right, f64[rows, columns]. */
export function multiply(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  { rows, inner, columns }: ProductShape,
): Float64Array {
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let term = 0; term < inner; term++) {
      const factor = left[row * inner + term]!;
      if (factor === 0) continue;
      const from = term * columns;
      for (let column = 0; column < columns; column++)
        product[start + column] = product[start + column]! + factor * right[from + column]!;
    }
  }
  return product;
}

/** The transpose of a matrix [rows, columns]. */
export function transpose(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const transposed = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      transposed[column * rows + row] = matrix[row * columns + column]!;
  return transposed;
}

/** matrix · matrixᵀ of a matrix [rows, columns]: exactly symmetric, f64[rows, rows]. */
export function gramOfRows(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const gram = new Float64Array(rows * rows);
  for (let one = 0; one < rows; one++)
    for (let other = 0; other <= one; other++) {
      const product = dotOfRows(matrix, one, other, columns);
      gram[one * rows + other] = product;
      gram[other * rows + one] = product;
    }
  return gram;
}

/** The product of two rows of a matrix, in two interleaved sums: one alone waits for each addition. */
export function dotOfRows(matrix: Float64Array, one: number, other: number, columns: number): number {
  const [left, right] = [one * columns, other * columns];
  let [even, odd] = [0, 0];
  let column = 0;
  for (; column + 1 < columns; column += 2) {
    even += matrix[left + column]! * matrix[right + column]!;
    odd += matrix[left + column + 1]! * matrix[right + column + 1]!;
  }
  if (column < columns) even += matrix[left + column]! * matrix[right + column]!;
  return even + odd;
}

/** Turns two rows of a matrix by a plane rotation: one ← c · one + s · other, other ← c · other − s · one. */
export function rotateRows(
  matrix: Float64Array,
  one: number,
  other: number,
  { columns, c, s }: { readonly columns: number; readonly c: number; readonly s: number },
): void {
  const [first, second] = [one * columns, other * columns];
  for (let column = 0; column < columns; column++) {
    const [x, y] = [matrix[first + column]!, matrix[second + column]!];
    matrix[first + column] = c * x + s * y;
    matrix[second + column] = c * y - s * x;
  }
}

/** The rows of a matrix in another order, each times a factor: row i of the result is row order[i]. */
export function takeRows(
  matrix: Float64Array,
  order: readonly number[],
  columns: number,
  factorOf: (row: number) => number = () => 1,
): Float64Array {
  const taken = new Float64Array(order.length * columns);
  for (const [row, from] of order.entries()) {
    const factor = factorOf(from);
    for (let column = 0; column < columns; column++)
      taken[row * columns + column] = factor * matrix[from * columns + column]!;
  }
  return taken;
}

/** The power of two to multiply a matrix by, so that its largest magnitude lies in [1, 2); 1 for zeros. Exact. */
export function binaryScale(matrix: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < matrix.length; index++) largest = Math.max(largest, Math.abs(matrix[index]!));
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return 1;
  // The exponent field of f64; what lies below 2^-1022 is brought to 2^-52 of it, which is enough.
  const exponent = (new Uint32Array(Float64Array.of(largest).buffer)[1]! >>> 20) - 1023;
  return 2 ** -Math.max(exponent, -1022);
}
