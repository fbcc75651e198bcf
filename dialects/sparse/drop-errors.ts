import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { orderByWorth } from "./activation-masks.ts";

/** Steps from all inputs to none, as wide for every op as its inputs allow. (α = 0.05 of TEAL) */
const STEPS = 20;

/** Inputs dropped at each level: from none in about 20 steps to all but one or a few. */
export const dropLevels = (columns: number): readonly number[] =>
  [...new Set(Array.from({ length: STEPS }, (_, step) => Math.round((columns * step) / STEPS)))].filter(
    (dropped) => dropped < columns,
  );

/**
 * Σ |W (x − x′)|² over rows x of a sample [rows, K] for each level, x′ being x without so many of its numbers of least
 * |x| · norm; relative to Σ |W x|², 0 where both are and NaN where that is not finite. W is [N, K], norms are one per
 * column, all 1 where left out. In f64; `dropped` rises.
 */
export function dropErrors(
  { shape, data }: FloatTensor,
  sample: FloatTensor,
  norms: ArrayLike<number> | undefined,
  dropped: readonly number[],
): readonly number[] {
  const [rows, columns] = [shape[0]!, shape[1]!];
  const transposed = transpose(data, rows, columns);
  const errors = dropped.map(() => 0);
  let signal = 0;
  for (let start = 0; start < sample.data.length; start += columns) {
    const input = sample.data.subarray(start, start + columns);
    const order = orderByWorth(input, norms).reverse();
    const lost = new Float64Array(rows);
    let level = 0;
    for (let count = 0; ; count++) {
      if (count === dropped[level]) errors[level++]! += energy(lost);
      if (count === columns) break;
      const column = order[count]!;
      const x = input[column]!;
      const first = column * rows;
      for (let row = 0; row < rows; row++) lost[row]! += transposed[first + row]! * x;
    }
    signal += energy(lost);
  }
  if (!Number.isFinite(signal)) return errors.map(() => Number.NaN);
  return errors.map((error) => (error === 0 ? 0 : error / signal));
}

/** [rows, columns] → [columns, rows] in f64, so that a column lies together. */
function transpose(data: FloatTensor["data"], rows: number, columns: number): Float64Array {
  const transposed = new Float64Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      transposed[column * rows + row] = data[row * columns + column]!;
  return transposed;
}

function energy(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
