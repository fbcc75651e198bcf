import type { CompositeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { type DialectType, type FloatType, f16 } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { castDense } from "../lowp/dense.ts";
import { dequantize } from "../lowp/dequantize.ts";
import { quantize } from "../lowp/quantize.ts";
import { powerIteration } from "./power-iteration.ts";

export interface GearOptions {
  /** Of the rounded part, a type of rank 2. */
  readonly type: DialectType;
  /** Inner extent of the low-rank part; 0 for none. */
  readonly rank: number;
  /** Share of the entries of every vector that is kept apart, half of it the largest and half the smallest. */
  readonly sparse: number;
  /** The vectors: columns for keys, whose outliers are channels, rows for values. */
  readonly vectors: "rows" | "columns";
  /** Rounds of power iteration, default 3. */
  readonly loops?: number;
  /** What factors and sparse entries are stored in, default f16. */
  readonly element?: FloatType;
}

/** A matrix [tokens, channels] as rounded + left · right + the entries kept apart. */
export interface Gear {
  readonly rounded: CompositeValue;
  readonly left: FloatTensor;
  readonly right: FloatTensor;
  /** Where entries are kept apart, ascending in row-major order, and what is added there. */
  readonly indices: Int32Array;
  readonly entries: FloatTensor;
}

/**
 * Rounds a chunk of keys or values of one head. Outliers give way to the mean of their vector before rounding, the
 * low-rank part follows what rounding left of the others, and an outlier stores what is then missing. Ties between
 * outliers go to the lower index. (GEAR, algorithm 1)
 */
export function gear(input: FloatTensor, options: GearOptions): Gear | Mismatch {
  const { type, rank, sparse, vectors, loops = 3, element = f16 } = options;
  const [rows, columns] = input.shape;
  if (input.shape.length !== 2 || rows === undefined || columns === undefined)
    return mismatch("gear-matrix", `GEAR rounds a matrix, found rank ${input.shape.length}`);
  if (!(0 <= sparse && sparse < 1))
    return mismatch("gear-sparse", `the share of sparse entries is ${sparse}, expected a number in [0, 1)`);
  if (!Number.isInteger(rank) || rank < 0 || rank > Math.min(rows, columns))
    return mismatch("gear-rank", `the rank is ${rank}, expected 0 to ${Math.min(rows, columns)}`);
  const { filled, indices } = takeOutliers(input, vectors, sparse);
  const rounded = quantize(filled, type);
  if (isMismatch(rounded)) return rounded;
  const numbers = dequantize(rounded, "f64");
  if (isMismatch(numbers)) return numbers;

  const rest = Float64Array.from(filled.data, (value, at) => value - numbers.data[at]!);
  for (const at of indices) rest[at] = 0;
  const factors = powerIteration({ rows, columns, data: rest }, rank, loops);
  const left = castDense({ shape: [rows, rank], data: factors.left.data }, element);
  const right = castDense({ shape: [rank, columns], data: factors.right.data }, element);
  const missing = Float64Array.from(
    indices,
    (at) =>
      input.data[at]! - numbers.data[at]! - productAt(left, right, Math.floor(at / columns), at % columns),
  );
  const entries = castDense({ shape: [indices.length], data: missing }, element);
  return { rounded, left, right, indices, entries };
}

/** The matrix that a GEAR value stands for, in f64. */
export function gearNumbers({ rounded, left, right, indices, entries }: Gear): FloatTensor | Mismatch {
  const numbers = dequantize(rounded, "f64");
  if (isMismatch(numbers)) return numbers;
  const columns = numbers.shape[1]!;
  const data = Float64Array.from(
    numbers.data,
    (value, at) => value + productAt(left, right, Math.floor(at / columns), at % columns),
  );
  for (const [place, at] of indices.entries()) data[at] = data[at]! + entries.data[place]!;
  return { shape: numbers.shape, data };
}

function productAt(left: FloatTensor, right: FloatTensor, row: number, column: number): number {
  const [rank, columns] = right.shape as [number, number];
  let sum = 0;
  for (let at = 0; at < rank; at++) sum += left.data[row * rank + at]! * right.data[at * columns + column]!;
  return sum;
}

/** The matrix with the outliers of every vector replaced by the mean of the others, and where they are. */
function takeOutliers(
  { shape, data }: FloatTensor,
  vectors: GearOptions["vectors"],
  share: number,
): { readonly filled: FloatTensor; readonly indices: Int32Array } {
  const [rows, columns] = shape as [number, number];
  const [count, length] = vectors === "rows" ? [rows, columns] : [columns, rows];
  const [vectorStep, entryStep] = vectors === "rows" ? [columns, 1] : [1, columns];
  const half = Math.floor((length * share) / 2);
  const filled = data.slice();
  const indices: number[] = [];
  if (half === 0) return { filled: { shape, data: filled }, indices: new Int32Array(0) };
  for (let vector = 0; vector < count; vector++) {
    const places = Array.from({ length }, (_, at) => vector * vectorStep + at * entryStep);
    const sorted = places.toSorted((one, other) => data[one]! - data[other]! || one - other);
    const inner = sorted.slice(half, length - half);
    const mean = inner.reduce((sum, at) => sum + data[at]!, 0) / inner.length;
    for (const at of [...sorted.slice(0, half), ...sorted.slice(length - half)]) {
      filled[at] = mean;
      indices.push(at);
    }
  }
  return { filled: { shape, data: filled }, indices: Int32Array.from(indices).sort() };
}
