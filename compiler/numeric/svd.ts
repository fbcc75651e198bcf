import { binaryScale, dotOfRows, gramOfRows, multiply, rotateRows, takeRows, transpose } from "./matrix.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** matrix [rows, columns] = Σ values[i] · left[i]ᵀ right[i], with p = min(rows, columns) terms. */
export interface SingularValues {
  /** f64[p], falling, none negative. */
  readonly values: Float64Array;
  /** f64[p, rows] and f64[p, columns]: orthonormal rows, but that a singular value of 0 may have a vector of zeros. */
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/**
 * The thin singular value decomposition in f64. The eigenvectors of the smaller Gram matrix bring the rows close to
 * orthogonal, one-sided Jacobi rotations make them so to 2^-50 of their lengths; so small singular values do not
 * suffer from the squaring. Undefined where an entry is not finite. (Golub & Van Loan, §8.6.3)
 */
export function singularValues(
  matrix: ArrayLike<number>,
  rows: number,
  columns: number,
): SingularValues | undefined {
  if (rows > columns) {
    const turned = singularValues(transpose(matrix, rows, columns), columns, rows);
    return turned && { values: turned.values, left: turned.right, right: turned.left };
  }
  const scale = binaryScale(matrix);
  const scaled = Float64Array.from({ length: rows * columns }, (_, index) => matrix[index]! * scale);
  const eigen = symmetricEigen(gramOfRows(scaled, rows, columns), rows);
  if (!eigen) return undefined;
  const left = eigen.vectors.slice();
  const turned = multiply(left, scaled, { rows, inner: rows, columns });
  orthogonalizeRows({ turned, left, rows, columns });

  const lengths = Float64Array.from({ length: rows }, (_, row) =>
    Math.sqrt(dotOfRows(turned, row, row, columns)),
  );
  const order = Array.from({ length: rows }, (_, row) => row).sort(
    (one, other) => lengths[other]! - lengths[one]! || one - other,
  );
  return {
    values: Float64Array.from(order, (row) => lengths[row]! / scale),
    left: takeRows(left, order, rows),
    right: takeRows(turned, order, columns, (row) => (lengths[row] === 0 ? 0 : 1 / lengths[row]!)),
  };
}

/** Rows of length `columns` and, turned in step with them, rows of length `rows`. */
interface Rows {
  readonly turned: Float64Array;
  readonly left: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

const tolerance = 2 ** -50;
const sweeps = 60;

/** Rotates every pair of rows until all are orthogonal. */
function orthogonalizeRows(pair: Rows): void {
  const { turned, rows, columns } = pair;
  const squares = Float64Array.from({ length: rows }, (_, row) => dotOfRows(turned, row, row, columns));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let rotated = false;
    for (let one = 0; one < rows; one++)
      for (let other = one + 1; other < rows; other++)
        if (rotatePair(pair, squares, one, other)) rotated = true;
    if (!rotated) return;
  }
}

function rotatePair(
  { turned, left, rows, columns }: Rows,
  squares: Float64Array,
  one: number,
  other: number,
): boolean {
  const product = dotOfRows(turned, one, other, columns);
  if (!(Math.abs(product) > tolerance * Math.sqrt(squares[one]!) * Math.sqrt(squares[other]!))) return false;
  // tan of the angle, the smaller root of t² + 2 ζ t − 1 = 0
  const zeta = (squares[one]! - squares[other]!) / (2 * product);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, tangent);
  const s = c * tangent;
  rotateRows(turned, one, other, { columns, c, s });
  rotateRows(left, one, other, { columns: rows, c, s });
  squares[one] = dotOfRows(turned, one, one, columns);
  squares[other] = dotOfRows(turned, other, other, columns);
  return true;
}
