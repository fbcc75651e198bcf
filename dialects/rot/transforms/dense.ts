import { invertMatrix } from "../../../compiler/numeric/invert.ts";
import { transpose } from "../../../compiler/numeric/matrix.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatData } from "../../../compiler/numeric/tensor.ts";
import type { Direction, Transform } from "./transform.ts";

/** How far MᵀM may be from the identity where M counts as orthogonal. */
const ORTHOGONAL = 1e-9;

/**
 * Any invertible matrix, row-major f64[size, size]; undefined where it has no inverse to working precision. Where it
 * is orthogonal its transpose is the inverse. Sums run first to last in f64, and are rounded once.
 */
export function dense(matrix: Float64Array, size: number): Transform | undefined {
  const turned = transpose(matrix, size, size);
  const isOrthogonal = orthogonalityError(matrix, size) < ORTHOGONAL;
  const inverse = isOrthogonal ? turned : invertMatrix(matrix, size);
  if (!inverse) return undefined;
  const matrices: Readonly<Record<Direction, Float64Array>> = {
    forward: matrix,
    transpose: turned,
    inverse,
    dual: isOrthogonal ? matrix : transpose(inverse, size, size),
  };
  const copy = new Float64Array(size);
  return {
    size,
    isOrthogonal,
    isPermutation: matrix.every((entry) => entry === 0 || entry === 1) && isOrthogonal,
    cost: 2 * size * size,
    apply(vector: FloatData, direction) {
      const by = matrices[direction];
      copy.set(vector);
      const sums = new Float64Array(size);
      for (let row = 0; row < size; row++) {
        const factor = copy[row]!;
        for (let column = 0; column < size; column++)
          sums[column] = sums[column]! + factor * by[row * size + column]!;
      }
      vector.set(sums);
    },
  };
}

/** The largest magnitude in MᵀM − I. */
export function orthogonalityError(matrix: Float64Array, size: number): number {
  let largest = 0;
  for (let one = 0; one < size; one++)
    for (let other = 0; other <= one; other++) {
      let sum = one === other ? -1 : 0;
      for (let row = 0; row < size; row++) sum += matrix[row * size + one]! * matrix[row * size + other]!;
      largest = Math.max(largest, Math.abs(sum));
    }
  return largest;
}

/** A random orthogonal matrix, uniform among them: Gaussian rows, each made orthogonal to those before it, twice. */
export function randomOrthogonal(size: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const matrix = Float64Array.from({ length: size * size }, () => gaussian(random));
  const rowOf = (row: number) => matrix.subarray(row * size, (row + 1) * size);
  for (let row = 0; row < size; row++) {
    const own = rowOf(row);
    for (let pass = 0; pass < 2; pass++)
      for (let before = 0; before < row; before++) subtractAlong(own, rowOf(before));
    const length = Math.sqrt(dot(own, own));
    for (let at = 0; at < size; at++) own[at] = own[at]! / length;
  }
  return matrix;
}

function subtractAlong(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit);
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at]! - share * unit[at]!;
}

const dot = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, value, at) => sum + value * right[at]!, 0);
