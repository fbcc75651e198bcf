import type { CompositeValue, Precision } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { asFloat64, storeRounded } from "../nn/reference/allocate.ts";
import { dequantize } from "./dequantize.ts";
import { readPositions } from "./sparse-places.ts";
import { sparse } from "./types.ts";
import { componentOf, integersOf } from "./values.ts";

/** A sparse matrix as its stored numbers, row by row; dequantized, where they are codes. */
export interface StoredRows {
  readonly rows: number;
  readonly columns: number;
  /** Numbers of row i are those from starts[i] to starts[i + 1]. */
  readonly starts: Int32Array;
  /** Column of each number, rising within a row. */
  readonly places: Int32Array;
  readonly numbers: Float64Array;
}

/** Whether a value is a sparse matrix, which `multiplyStored` takes. */
export const isSparseMatrix = ({ type, shape }: CompositeValue): boolean =>
  sparse.is(type) && shape.length === 2;

/** The stored numbers of a sparse matrix, none of those between them; as `dequantize` gives them. */
export function storedRows(value: CompositeValue, precision: Precision): StoredRows | Mismatch {
  const { type, shape } = value;
  if (!sparse.is(type)) return unreachable("asked for a sparse value");
  const [rows, columns] = [shape[0]!, shape[1]!];
  const stored = dequantize(componentOf(value, "values"), precision);
  if (isMismatch(stored)) return stored;
  const { kind } = type.parameters;
  const positions = readPositions(kind, shape, (name) => integersOf(value, name).data);
  const count = positions.reduce((sum, position) => (position === -1 ? sum : sum + 1), 0);
  const [starts, places, numbers] = [
    new Int32Array(rows + 1),
    new Int32Array(count),
    new Float64Array(count),
  ];
  let filled = 0;
  for (const [index, position] of positions.entries()) {
    if (position === -1) continue;
    starts[Math.floor(position / columns) + 1]!++;
    places[filled] = position % columns;
    numbers[filled++] = stored.data[index]!;
  }
  for (let row = 0; row < rows; row++) starts[row + 1] = starts[row + 1]! + starts[row]!;
  return { rows, columns, starts, places, numbers };
}

/**
 * input [..., K] times the transpose of a sparse matrix [N, K], plus bias [N], is [..., N], by its stored numbers alone.
 * Each output is a f64 sum in ascending k from +0, then the bias, rounded once: the bits of the dense product, as
 * adding a zero changes no sum that starts at +0. Only where an input is infinite or NaN do they differ: what is not
 * stored does not meet it.
 */
export function multiplyStored(
  input: FloatTensor,
  { rows, columns, starts, places, numbers }: StoredRows,
  bias: FloatTensor | undefined,
): FloatTensor {
  const leading = input.shape.slice(0, -1);
  const count = elementCount(leading);
  const data = asFloat64(input.data);
  const output = new Float64Array(count * rows);
  for (let item = 0; item < count; item++) {
    const base = item * columns;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let index = starts[row]!; index < starts[row + 1]!; index++)
        sum += data[base + places[index]!]! * numbers[index]!;
      output[item * rows + row] = bias ? sum + bias.data[row]! : sum;
    }
  }
  return storeRounded(input, [...leading, rows], output);
}
