import { elementCount, type Tensor } from "../../compiler/numeric/tensor.ts";
import { blockAt } from "./block-grid.ts";
import type { Codebooks } from "./codebooks.ts";
import type { ScaledData } from "./even-tables.ts";
import { makeVectorEncoder } from "./nearest-vector.ts";
import type { TableParameters } from "./table-type.ts";

/**
 * i32[…, columns / dim], one code per `dim` neighbours: the nearest row of the table to their counts of steps. A run of
 * a block holds whole vectors. `single`: differences and quotients are rounded to f32, as for f32 data.
 */
export function encodeVectors(
  { data: { data, shape }, grid, steps, shifts }: ScaledData,
  parameters: TableParameters,
  { tables, tableAt }: Codebooks,
  single: boolean,
): Tensor<Int32Array> {
  const { dim } = parameters;
  const round = single ? Math.fround : (x: number): number => x;
  const encoders = tables.map((table) => makeVectorEncoder(parameters, table!));
  const codeShape = shape.with(-1, shape.at(-1)! / dim);
  const codes = new Int32Array(elementCount(codeShape));
  const counts = new Float64Array(dim);
  for (let code = 0; code < codes.length; code++) {
    const start = code * dim;
    const block = blockAt(grid, start);
    const step = steps[block] === 0 ? Number.POSITIVE_INFINITY : steps[block]!;
    const shift = shifts ? shifts[block]! : 0;
    for (let index = 0; index < dim; index++)
      counts[index] = round(round(data[start + index]! - shift) / step);
    codes[code] = encoders[tableAt(Math.floor(start / grid.columns), block)]!(counts, 0);
  }
  return { shape: codeShape, data: codes };
}
