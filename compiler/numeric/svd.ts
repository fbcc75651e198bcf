import { binaryScale, dotOfRows, gramOfRows, multiply, rotateRows, takeRows, transpose } from "./matrix.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** matrix [rows, columns] ≈ Σ values[i] · left[i]ᵀ right[i] over p terms; exact where p = min(rows, columns). */
export interface SingularValues {
  /** f64[p], falling, none negative. */
  readonly values: Float64Array;
  /** f64[p, rows] and f64[p, columns]: orthonormal rows, but that a singular value of 0 may have a vector of zeros. */
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/**
 * The `most` largest singular values and their vectors, in f64; all of them where left out. The eigenvectors of the
 * smaller Gram matrix bring the rows close to orthogonal, one-sided Jacobi rotations make them so to rounding, relative
 * to their lengths; where all are asked for, small singular values thus do not suffer from the squaring. Undefined
 * where an entry is not finite. (Golub & Van Loan, §8.6.3)
 */
export function singularValues(
  matrix: ArrayLike<number>,
  rows: number,
  columns: number,
  most = Number.POSITIVE_INFINITY,
): SingularValues | undefined {
  if (rows > columns) {
    const turned = singularValues(transpose(matrix, rows, columns), columns, rows, most);
    return turned && { values: turned.values, left: turned.right, right: turned.left };
  }
  const scale = binaryScale(matrix);
  const scaled = Float64Array.from({ length: rows * columns }, (_, index) => matrix[index]! * scale);
  const eigen = symmetricEigen(gramOfRows(scaled, rows, columns), rows);
  if (!eigen) return undefined;
  const terms = Math.min(rows, most);
  const left = eigen.vectors.slice(0, terms * rows);
  const turned = multiply(left, scaled, { rows: terms, inner: rows, columns });
  orthogonalizeRows({ turned, left, terms, width: rows, columns });

  const lengths = Float64Array.from({ length: terms }, (_, row) =>
    Math.sqrt(dotOfRows(turned, row, row, columns)),
  );
  const order = Array.from({ length: terms }, (_, row) => row).sort(
    (one, other) => lengths[other]! - lengths[one]! || one - other,
  );
  return {
    values: Float64Array.from(order, (row) => lengths[row]! / scale),
    left: takeRows(left, order, rows),
    right: takeRows(turned, order, columns, (row) => (lengths[row] === 0 ? 0 : 1 / lengths[row]!)),
  };
}

/** `terms` rows of length `columns` and, turned in step with them, rows of length `width`. */
interface Rows {
  readonly turned: Float64Array;
  readonly left: Float64Array;
  readonly terms: number;
  readonly width: number;
  readonly columns: number;
}

const sweeps = 60;

/** Rotates every pair of rows until all are orthogonal. */
function orthogonalizeRows(pair: Rows): void {
  const { turned, terms, columns } = pair;
  const squares = Float64Array.from({ length: terms }, (_, row) => dotOfRows(turned, row, row, columns));
  // The rounding errors of a sum of that many products.
  const tolerance = 4 * Number.EPSILON * Math.sqrt(columns);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let rotated = false;
    for (let one = 0; one < terms; one++)
      for (let other = one + 1; other < terms; other++)
        if (rotatePair(pair, squares, [one, other], tolerance)) rotated = true;
    if (!rotated) return;
  }
}

function rotatePair(
  { turned, left, width, columns }: Rows,
  squares: Float64Array,
  [one, other]: readonly [number, number],
  tolerance: number,
): boolean {
  const product = dotOfRows(turned, one, other, columns);
  if (!(Math.abs(product) > tolerance * Math.sqrt(squares[one]!) * Math.sqrt(squares[other]!))) return false;
  // tan of the angle, the smaller root of t² + 2 ζ t − 1 = 0
  const zeta = (squares[one]! - squares[other]!) / (2 * product);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, tangent);
  const s = c * tangent;
  rotateRows(turned, one, other, { columns, c, s });
  rotateRows(left, one, other, { columns: width, c, s });
  squares[one] = dotOfRows(turned, one, one, columns);
  squares[other] = dotOfRows(turned, other, other, columns);
  return true;
}
