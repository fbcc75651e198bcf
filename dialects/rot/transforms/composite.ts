import type { FloatData } from "../../../compiler/numeric/tensor.ts";
import { type Direction, isFirstToLast, type Transform } from "./transform.ts";

/** Channel i of the result is channel order[i]: x · X with X[order[i], i] = 1. */
export function permutation(order: Int32Array): Transform {
  const size = order.length;
  return {
    size,
    isOrthogonal: true,
    isPermutation: true,
    cost: size,
    apply(vector, direction) {
      const copy = vector.slice();
      for (let at = 0; at < size; at++)
        if (isFirstToLast(direction)) vector[at] = copy[order[at]!]!;
        else vector[order[at]!] = copy[at]!;
    },
  };
}

/** Every channel times its factor, none of them 0. */
export const diagonal = (factors: Float64Array): Transform => ({
  size: factors.length,
  isOrthogonal: factors.every((factor) => Math.abs(factor) === 1),
  isPermutation: factors.every((factor) => factor === 1),
  cost: factors.length,
  apply(vector, direction) {
    const isTimes = direction === "forward" || direction === "transpose";
    for (let at = 0; at < factors.length; at++)
      vector[at] = isTimes ? vector[at]! * factors[at]! : vector[at]! / factors[at]!;
  },
});

/** One after another: x · X₁ · X₂ …, all of one size. */
export function product(factors: readonly Transform[]): Transform {
  const last = factors.toReversed();
  return {
    size: factors[0]!.size,
    isOrthogonal: factors.every(({ isOrthogonal }) => isOrthogonal),
    isPermutation: factors.every(({ isPermutation }) => isPermutation),
    cost: factors.reduce((total, { cost }) => total + cost, 0),
    apply(vector, direction) {
      for (const factor of isFirstToLast(direction) ? factors : last) factor.apply(vector, direction);
    },
  };
}

/** The same transform on each of `count` neighbouring runs of channels. */
export const blockDiagonal = (block: Transform, count: number): Transform => ({
  ...block,
  size: block.size * count,
  cost: block.cost * count,
  apply(vector, direction) {
    for (let start = 0; start < vector.length; start += block.size)
      block.apply(vector.subarray(start, start + block.size), direction);
  },
});

/** A ⊗ B: channels as a matrix [size of A, size of B], A on its columns and B on its rows. */
export function kronecker(outer: Transform, inner: Transform): Transform {
  const size = outer.size * inner.size;
  return {
    size,
    isOrthogonal: outer.isOrthogonal && inner.isOrthogonal,
    isPermutation: outer.isPermutation && inner.isPermutation,
    cost: inner.size * outer.cost + outer.size * inner.cost,
    apply(vector, direction) {
      for (let start = 0; start < size; start += inner.size)
        inner.apply(vector.subarray(start, start + inner.size), direction);
      applyToColumns(vector, outer, inner.size, direction);
    },
  };
}

function applyToColumns(
  vector: FloatData,
  transform: Transform,
  columns: number,
  direction: Direction,
): void {
  const column = vector.slice(0, transform.size);
  for (let at = 0; at < columns; at++) {
    for (let row = 0; row < transform.size; row++) column[row] = vector[row * columns + at]!;
    transform.apply(column, direction);
    for (let row = 0; row < transform.size; row++) vector[row * columns + at] = column[row]!;
  }
}
