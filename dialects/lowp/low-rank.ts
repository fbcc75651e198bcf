import { DYNAMIC } from "../../compiler/ir/types.ts";
import { singularValues } from "../../compiler/numeric/svd.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { sameKind, zerosLike } from "./regions.ts";

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

/** The shapes of the factors of a tensor; `run` as in `!lowp.lowrank`. Extents may be DYNAMIC. */
export function factorShapes(
  shape: readonly number[],
  rank: number,
  run: number | undefined,
): { readonly left: readonly number[]; readonly right: readonly number[] } {
  const [entries = DYNAMIC, columns = DYNAMIC] = [shape[0], shape.at(-1)];
  const left = shape.with(-1, rank);
  if (run === undefined) return { left, right: [rank, columns] };
  const runs = entries === DYNAMIC ? DYNAMIC : entries / run;
  return { left, right: [runs, ...shape.slice(1, -1), rank, columns] };
}

/**
 * The nearest factors of each matrix in a tensor [entries, …, columns]: for every `run` entries, all of them where
 * left out, and every place of the axes between, a matrix [run, columns]. Shapes are those of `factorShapes`.
 */
export function nearestFactorsOf(input: FloatTensor, rank: number, run: number | undefined): Factors {
  const shapes = factorShapes(input.shape, rank, run);
  const [left, right] = [zerosLike(input, shapes.left), zerosLike(input, shapes.right)];
  const rows = run ?? input.shape[0]!;
  const columns = input.shape.at(-1)!;
  for (const place of matricesOf(input.shape, rows)) {
    const data = sameKind(input.data, rows * columns);
    for (let row = 0; row < rows; row++) {
      const start = rowOf(place, row) * columns;
      data.set(input.data.subarray(start, start + columns), row * columns);
    }
    const factors = nearestFactors({ shape: [rows, columns], data }, rank);
    for (let row = 0; row < rows; row++)
      left.data.set(factors.left.data.subarray(row * rank, (row + 1) * rank), rowOf(place, row) * rank);
    right.data.set(factors.right.data, place.matrix * rank * columns);
  }
  return { left, right };
}

/** The tensor that factors shaped as `factorShapes` says stand for; sums are f64, in the order of the inner axis. */
export function productOfFactors(
  { left, right }: Factors,
  output: FloatTensor,
  run: number | undefined,
): FloatTensor {
  const { shape } = output;
  const [columns, rank] = [shape.at(-1)!, left.shape.at(-1)!];
  const rows = run ?? shape[0]!;
  const sums = new Float64Array(columns);
  for (const place of matricesOf(shape, rows)) {
    for (let row = 0; row < rows; row++) {
      const at = rowOf(place, row);
      sums.fill(0);
      for (let inner = 0; inner < rank; inner++) {
        const factor = left.data[at * rank + inner]!;
        const start = (place.matrix * rank + inner) * columns;
        for (let column = 0; column < columns; column++)
          sums[column] = sums[column]! + factor * right.data[start + column]!;
      }
      output.data.set(sums, at * columns);
    }
  }
  return output;
}

/** One matrix of a tensor: its number, the number of its first row among all rows, and from one row to the next. */
interface MatrixPlace {
  readonly matrix: number;
  readonly first: number;
  readonly step: number;
}

const rowOf = ({ first, step }: MatrixPlace, row: number): number => first + row * step;

function matricesOf(shape: readonly number[], rows: number): readonly MatrixPlace[] {
  const between = elementCount(shape.slice(1, -1));
  const runs = rows === 0 ? 0 : shape[0]! / rows;
  return Array.from({ length: runs * between }, (_, matrix) => {
    const run = Math.floor(matrix / between);
    return { matrix, first: run * rows * between + (matrix % between), step: between };
  });
}
