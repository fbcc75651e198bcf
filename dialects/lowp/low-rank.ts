import { singularValues } from "../../compiler/numeric/svd.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { zerosLike } from "./regions.ts";

/** Two factors whose product stands for a matrix. */
export interface Factors {
  /** [rows, rank] */
  readonly left: FloatTensor;
  /** [rank, columns] */
  readonly right: FloatTensor;
}

/**
 * U √Σ and √Σ Vᵀ of the `rank` largest singular values of a matrix [rows, columns]: the product nearest to it
 * in the sum of squares, both factors of like size. Where the matrix has fewer, the rest is zeros, and so is all where
 * it is not finite. Held as the matrix is. (Eckart & Young, 1936; FORMATS-AND-ALGORITHMS F14)
 */
export function nearestFactors(matrix: FloatTensor, rank: number): Factors {
  const [rows, columns] = [matrix.shape[0]!, matrix.shape[1]!];
  const left = zerosLike(matrix, [rows, rank]);
  const right = zerosLike(matrix, [rank, columns]);
  const svd = singularValues(matrix.data, rows, columns, rank);
  for (let term = 0; term < Math.min(rank, svd?.values.length ?? 0); term++) {
    const root = Math.sqrt(svd!.values[term]!);
    for (let row = 0; row < rows; row++) left.data[row * rank + term] = root * svd!.left[term * rows + row]!;
    for (let column = 0; column < columns; column++)
      right.data[term * columns + column] = root * svd!.right[term * columns + column]!;
  }
  return { left, right };
}
