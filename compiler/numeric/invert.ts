/** Beyond this ratio of pivots an inverse has no digit left. */
const SINGULAR = 1e-14;

/**
 * The inverse of a row-major matrix f64[size, size], by elimination with the largest pivot of each column (of equals
 * the first row); undefined where a pivot is lost in rounding, or an entry is not finite.
 */
export function invertMatrix(matrix: Float64Array, size: number): Float64Array | undefined {
  if (!matrix.every(Number.isFinite)) return undefined;
  const left = matrix.slice();
  const right = new Float64Array(size * size);
  for (let at = 0; at < size; at++) right[at * size + at] = 1;
  let largest = 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(left[row * size + column]!) > Math.abs(left[pivot * size + column]!)) pivot = row;
    const value = left[pivot * size + column]!;
    largest = Math.max(largest, Math.abs(value));
    if (!(Math.abs(value) > SINGULAR * largest)) return undefined;
    for (const side of [left, right]) {
      swapRows(side, column, pivot, size);
      scaleRow(side, column, 1 / value, size);
    }
    for (let row = 0; row < size; row++) {
      const factor = left[row * size + column]!;
      if (row === column || factor === 0) continue;
      for (const side of [left, right]) subtractRow(side, row, { from: column, factor, size });
    }
  }
  return right;
}

function swapRows(matrix: Float64Array, one: number, other: number, size: number): void {
  if (one === other) return;
  for (let column = 0; column < size; column++) {
    const kept = matrix[one * size + column]!;
    matrix[one * size + column] = matrix[other * size + column]!;
    matrix[other * size + column] = kept;
  }
}

function scaleRow(matrix: Float64Array, row: number, factor: number, size: number): void {
  for (let column = 0; column < size; column++)
    matrix[row * size + column] = matrix[row * size + column]! * factor;
}

function subtractRow(
  matrix: Float64Array,
  row: number,
  { from, factor, size }: { readonly from: number; readonly factor: number; readonly size: number },
): void {
  for (let column = 0; column < size; column++)
    matrix[row * size + column] = matrix[row * size + column]! - factor * matrix[from * size + column]!;
}
