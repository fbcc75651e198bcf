import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { normalQuantile } from "../lowp/tables/normal-float.ts";
import { allocateLike } from "../nn/reference/allocate.ts";

/**
 * The k numbers of every row of the last axis for which |x| · weight is largest, ties to the lower index; 0 elsewhere.
 * Without weights all are 1. Products are f64. A NaN is as large as can be.
 */
export function keepLargestOfRows(
  input: FloatTensor,
  k: number,
  weights: ArrayLike<number> | undefined,
): FloatTensor {
  const kept = allocateLike(input, input.shape);
  const columns = input.shape.at(-1)!;
  for (let start = 0; start < input.data.length; start += columns) {
    const row = input.data.subarray(start, start + columns);
    for (const column of orderByWorth(row, weights).subarray(0, k)) kept.data[start + column] = row[column]!;
  }
  return kept;
}

/** The columns of a row from the largest |x| · weight to the least, ties to the lower index first; as above. */
export function orderByWorth(
  row: FloatTensor["data"],
  weights: ArrayLike<number> | undefined,
): Int32Array<ArrayBuffer> {
  const worth = new Float64Array(row.length);
  const order = new Int32Array(row.length);
  for (let column = 0; column < row.length; column++) {
    const product = Math.abs(row[column]!) * (weights ? weights[column]! : 1);
    worth[column] = Number.isNaN(product) ? Number.POSITIVE_INFINITY : product;
    order[column] = column;
  }
  return order.sort((one, other) => compare(worth[other]!, worth[one]!) || one - other);
}

/** As a subtraction would say, but for infinities. */
const compare = (left: number, right: number): number => (left < right ? -1 : left > right ? 1 : 0);

/**
 * max(x − θ, 0) by row, θ = mean + multiplier · Φ⁻¹(1 − k / K) · σ, 0 < k < K, with σ² the mean of (x − mean)². Sums in
 * f64, in order; rounded once.
 */
export function keepAboveQuantile(input: FloatTensor, k: number, multiplier: number): FloatTensor {
  const kept = allocateLike(input, input.shape);
  const columns = input.shape.at(-1)!;
  const deviations = multiplier * normalQuantile(1 - k / columns);
  for (let start = 0; start < input.data.length; start += columns) {
    const row = input.data.subarray(start, start + columns);
    const { mean, deviation } = momentsOf(row);
    const threshold = mean + deviations * deviation;
    for (let column = 0; column < columns; column++)
      kept.data[start + column] = Math.max(row[column]! - threshold, 0);
  }
  return kept;
}

/**
 * The multiplier with which `keepAboveQuantile` lets k numbers of a row [rows, K] through on average, midway between
 * the last that passes and the next; k < K / 2. Rows whose numbers are all the same let none through. Undefined where
 * the numbers are so lopsided that no positive one does.
 */
export function calibratedMultiplier({ shape, data }: FloatTensor, k: number): number | undefined {
  const columns = shape.at(-1)!;
  const deviations = normalQuantile(1 - k / columns);
  const needed = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += columns) {
    const { mean, deviation } = momentsOf(data.subarray(start, start + columns));
    for (let at = start; at < start + columns; at++)
      needed[at] = deviation > 0 ? (data[at]! - mean) / (deviations * deviation) : Number.NEGATIVE_INFINITY;
  }
  needed.sort();
  const first = data.length - (data.length / columns) * k;
  const multiplier = (needed[first]! + needed[first - 1]!) / 2;
  return multiplier > 0 && multiplier < Number.POSITIVE_INFINITY ? multiplier : undefined;
}

/** Mean and deviation of a row's numbers; sums in f64, in order. */
function momentsOf(row: FloatTensor["data"]): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const x of row) sum += x;
  const mean = sum / row.length;
  let squares = 0;
  for (const x of row) squares += (x - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / row.length) };
}
