import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { choleskyLower } from "../../../compiler/numeric/cholesky.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** What stands for a weight when it is rounded: itself, or what gives the outputs of the float program best. */
export type Target = "weight" | "output";

/**
 * The weight T that minimises E |T x′ − W x|², x being the inputs of the float program and x′ those that earlier
 * quantized weights leave: T = W (C + λI) (H + λI)⁻¹ with C = E xᵀx′ and H = E x′ᵀx′, λ being `damping` times the
 * mean of the diagonal of H, so that directions without inputs keep the weight. Rounded to the weight's own
 * precision. (Li et al., GPTAQ, arXiv 2504.02692, in closed form)
 */
export function outputTarget(
  { shape, data }: FloatTensor,
  cross: Float64Array,
  moment: Float64Array,
  damping: number,
): FloatTensor | Mismatch {
  const columns = shape[1]!;
  const added = damping * meanDiagonal(moment, columns);
  const lower = choleskyLower(plusDiagonal(moment, columns, added), columns);
  if (!lower)
    return mismatch("not-positive-definite", "the second moment is not positive definite", {
      hint: "calibrate on more inputs, or give a larger damping",
    });
  const wanted = plusDiagonal(cross, columns, added);
  const result = data.slice();
  const row = new Float64Array(columns);
  for (let start = 0; start < data.length; start += columns) {
    row.fill(0);
    for (let from = 0; from < columns; from++) {
      const weight = data[start + from]!;
      for (let to = 0; to < columns; to++) row[to] = row[to]! + weight * wanted[from * columns + to]!;
    }
    solveInPlace(lower, row);
    result.set(row, start);
  }
  return { shape, data: result };
}

/** x with L Lᵀ x = b, in the place of b. */
function solveInPlace(lower: Float64Array, x: Float64Array): void {
  const n = x.length;
  for (let row = 0; row < n; row++) {
    let rest = x[row]!;
    for (let column = 0; column < row; column++) rest -= lower[row * n + column]! * x[column]!;
    x[row] = rest / lower[row * (n + 1)]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    x[row] = x[row]! / lower[row * (n + 1)]!;
    for (let column = 0; column < row; column++) x[column] = x[column]! - lower[row * n + column]! * x[row]!;
  }
}

function plusDiagonal(matrix: Float64Array, n: number, added: number): Float64Array {
  const sum = matrix.slice();
  for (let index = 0; index < sum.length; index += n + 1) sum[index] = sum[index]! + added;
  return sum;
}

function meanDiagonal(matrix: Float64Array, n: number): number {
  let total = 0;
  for (let index = 0; index < matrix.length; index += n + 1) total += matrix[index]!;
  return total / n;
}
