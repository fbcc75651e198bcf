import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { elementCount, type FloatTensor, type Tensor } from "../../compiler/numeric/tensor.ts";
import { sameKind } from "./regions.ts";

/** The non-zeros of a matrix by row. */
export interface CsrPlaces {
  /** i32[rows + 1]: the values of row i are those from offsets[i] to offsets[i + 1]. */
  readonly offsets: Tensor<Int32Array>;
  /** [values], rising within a row. */
  readonly columns: Tensor<Int32Array>;
}
export interface CsrValues extends CsrPlaces {
  readonly values: FloatTensor;
}

/** Every non-zero of a matrix [rows, columns]. */
export function keepNonZeros({ shape, data }: FloatTensor): CsrValues {
  const [rows, width] = [shape[0]!, shape[1]!];
  const offsets = new Int32Array(rows + 1);
  const places: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let at = row * width; at < (row + 1) * width; at++) if (data[at] !== 0) places.push(at);
    offsets[row + 1] = places.length;
  }
  const values = sameKind(data, places.length);
  for (const [index, at] of places.entries()) values[index] = data[at]!;
  return {
    offsets: { shape: [rows + 1], data: offsets },
    columns: { shape: [places.length], data: Int32Array.from(places, (at) => at % width) },
    values: { shape: [places.length], data: values },
  };
}

/** The matrix whose non-zeros these are. */
export function scatterCsr({ offsets, columns, values }: CsrValues, shape: readonly number[]): FloatTensor {
  const data = sameKind(values.data, elementCount(shape));
  for (let row = 0; row < shape[0]!; row++)
    for (let index = offsets.data[row]!; index < offsets.data[row + 1]!; index++)
      data[row * shape[1]! + columns.data[index]!] = values.data[index]!;
  return { shape, data };
}

/** Offsets must start at 0 and not fall. */
export function offsetProblem({ data }: Tensor<Int32Array>): Mismatch | undefined {
  if (data[0] !== 0) return mismatch("csr-offsets", `offsets start at ${data[0]}, expected 0`);
  const falls = data.findIndex((offset, row) => row > 0 && offset < data[row - 1]!);
  return falls === -1
    ? undefined
    : mismatch("csr-offsets", `offset ${falls} is ${data[falls]}, below the ${data[falls - 1]} before it`);
}

/** Columns must lie in the matrix and rise within a row. */
export function columnProblem({ offsets, columns }: CsrPlaces, width: number): Mismatch | undefined {
  for (let row = 0; row + 1 < offsets.data.length; row++)
    for (let index = offsets.data[row]!; index < offsets.data[row + 1]!; index++) {
      const column = columns.data[index]!;
      const least = index === offsets.data[row] ? 0 : columns.data[index - 1]! + 1;
      if (column >= least && column < width) continue;
      return mismatch(
        "csr-columns",
        `row ${row} has column ${column} at ${index}, expected one from ${least} below ${width}`,
      );
    }
  return undefined;
}

/** The data with all but the `count` largest magnitudes set to 0; of equals the first are kept. */
export function keepLargestOf({ shape, data }: FloatTensor, count: number): FloatTensor {
  const order = Array.from(data.keys(), (at) => at).sort(
    (one, other) => Math.abs(data[other]!) - Math.abs(data[one]!) || one - other,
  );
  const kept = sameKind(data, data.length);
  for (const at of order.slice(0, count)) kept[at] = data[at]!;
  return { shape, data: kept };
}
