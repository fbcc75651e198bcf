import type { FloatData } from "../../../compiler/numeric/tensor.ts";

/**
 * What to do with a row vector x under a transform X: x · X, x · X⁻¹, x · Xᵀ, and x · X⁻ᵀ, which is what the other
 * side of a sum over the axis takes: (x X) · (y X⁻ᵀ) = x · y. For orthogonal X, dual is forward.
 */
export type Direction = "forward" | "inverse" | "transpose" | "dual";

/** An invertible linear map of the channels of one axis. */
export interface Transform {
  /** How many channels it maps; an axis of a multiple of them is mapped in blocks. */
  readonly size: number;
  readonly isOrthogonal: boolean;
  /** Whether it only reorders channels. */
  readonly isPermutation: boolean;
  /** Multiplications and additions to map one vector. */
  readonly cost: number;
  /** Maps a vector of `size` numbers in place, every step rounded to the precision of the array. */
  apply(vector: FloatData, direction: Direction): void;
}

/** The same directions, seen from X⁻¹. */
const inverted: Readonly<Record<Direction, Direction>> = {
  forward: "inverse",
  inverse: "forward",
  transpose: "dual",
  dual: "transpose",
};

/** The same directions, seen from Xᵀ. */
const transposed: Readonly<Record<Direction, Direction>> = {
  forward: "transpose",
  transpose: "forward",
  inverse: "dual",
  dual: "inverse",
};

export const inverseOf = (transform: Transform): Transform => ({
  ...transform,
  apply: (vector, direction) => transform.apply(vector, inverted[direction]),
});

export const transposeOf = (transform: Transform): Transform => ({
  ...transform,
  apply: (vector, direction) => transform.apply(vector, transposed[direction]),
});

/** Whether the factors are met first to last: of X⁻¹ and Xᵀ the last comes first. */
export const isFirstToLast = (direction: Direction): boolean =>
  direction === "forward" || direction === "dual";

/** The matrix of a transform, f64[size, size]: row i is what it makes of the i-th unit vector. */
export function matrixOf(transform: Transform, direction: Direction = "forward"): Float64Array {
  const { size } = transform;
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const vector = matrix.subarray(row * size, (row + 1) * size);
    vector[row] = 1;
    transform.apply(vector, direction);
  }
  return matrix;
}
