import { elementCount, stridesOf, type Tensor, type TensorData } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { copyStrided } from "./strided-copy.ts";

export type IndexTensor = Tensor<Int32Array> | Tensor<BigInt64Array>;

/**
 * ONNX Gather: `axis` of table is replaced by the axes of indices, result[a…, i…, b…] = table[a…, indices[i…],
 * b…]. A negative index counts from the end; one outside the table throws a RangeError.
 */
export function gather<Data extends TensorData>(
  table: Tensor<Data>,
  indices: IndexTensor,
  { axis }: { readonly axis: number },
): Tensor<Data> {
  const size = table.shape[axis]!;
  const rows = toNumbers(indices).map((index) => {
    if (index < -size || index >= size) {
      throw new RangeError(`index ${index} is outside axis ${axis} of size ${size}`);
    }
    return index < 0 ? index + size : index;
  });
  return takeRows(table, { axis, rows, rowsShape: indices.shape });
}

/** Rows of table [V, D] at tokens [...]: [..., D]. A token outside 0 … V-1 throws a RangeError. */
export function embedding<Data extends TensorData>(table: Tensor<Data>, tokens: IndexTensor): Tensor<Data> {
  const rowCount = table.shape[0]!;
  const rows = toNumbers(tokens);
  const stray = rows.find((token) => token < 0 || token >= rowCount);
  if (stray !== undefined) throw new RangeError(`token ${stray} is outside the table of ${rowCount} rows`);
  return takeRows(table, { axis: 0, rows, rowsShape: tokens.shape });
}

function toNumbers(indices: IndexTensor): number[] {
  return indices.data instanceof BigInt64Array ? Array.from(indices.data, Number) : Array.from(indices.data);
}

interface RowSelection {
  readonly axis: number;
  readonly rows: readonly number[];
  readonly rowsShape: readonly number[];
}

function takeRows<Data extends TensorData>(table: Tensor<Data>, selection: RowSelection): Tensor<Data> {
  const { axis, rows, rowsShape } = selection;
  const [leading, trailing] = [table.shape.slice(0, axis), table.shape.slice(axis + 1)];
  const result = allocateLike(table, [...leading, ...rowsShape, ...trailing]);
  const [outer, inner] = [elementCount(leading), elementCount(trailing)];
  const targetStrides = stridesOf([outer, rows.length, inner]);
  const sourceStrides = stridesOf([outer, table.shape[axis]!, inner]);
  for (const [position, row] of rows.entries()) {
    copyStrided(
      [outer, inner],
      { data: result.data, offset: position * inner, strides: [targetStrides[0]!, 1] },
      { data: table.data, offset: row * inner, strides: [sourceStrides[0]!, 1] },
    );
  }
  return result;
}
