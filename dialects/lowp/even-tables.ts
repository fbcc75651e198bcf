import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import type { BlockGrid } from "./block-grid.ts";
import { castDense } from "./dense.ts";
import type { TableParameters } from "./table-type.ts";

/** Data and what each block is scaled and shifted by. */
export interface ScaledData {
  readonly data: FloatTensor;
  readonly grid: BlockGrid;
  readonly steps: ArrayLike<number>;
  readonly shifts: ArrayLike<number> | undefined;
}

/**
 * The tables that quantize makes for data: evenly spaced values from the lowest to the highest number, in steps of
 * the scale, of the tensor or row. Of several elements per code each has a grid of its own, the earlier ones with a
 * bit more where bits do not divide; the code of a row has the first element in its lowest bits.
 */
export function evenTables(scaled: ScaledData, parameters: TableParameters): FloatTensor {
  const { bits, dim, values, per } = parameters;
  if (values.kind !== "data") return unreachable("a table that is data");
  const ranges = rangesOf(scaled, per);
  const rows = 2 ** bits;
  const data = new Float64Array(ranges.length * rows * dim);
  for (const [index, range] of ranges.entries())
    for (let code = 0; code < rows; code++)
      for (let at = 0; at < dim; at++)
        data[(index * rows + code) * dim + at] = evenValue(code, at, range, parameters);
  return castDense({ shape: [ranges.length, rows, dim], data }, values.type);
}

function evenValue(
  code: number,
  at: number,
  [lowest, highest]: readonly [number, number],
  { bits, dim }: TableParameters,
): number {
  const share = Math.floor(bits / dim);
  const extra = bits % dim;
  const own = share + (at < extra ? 1 : 0);
  if (own === 0) return lowest / 2 + highest / 2;
  const level = (code >> (share * at + Math.min(at, extra))) & (2 ** own - 1);
  return lowest + ((highest - lowest) * level) / (2 ** own - 1);
}

/** Lowest and highest number of the tensor, or of each row; without any, zero. */
function rangesOf(
  { data: { data }, grid: { rows, columns, run, firstBlock }, steps, shifts }: ScaledData,
  per: "tensor" | "row",
): readonly (readonly [number, number])[] {
  const ranges = Array.from({ length: per === "row" ? rows : 1 }, (): [number, number] => [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
  for (let row = 0; row < rows; row++) {
    const range = ranges[per === "row" ? row : 0]!;
    for (let column = 0; column < columns; column++) {
      const block = firstBlock[row]! + Math.floor(column / run);
      const step = steps[block] === 0 ? Number.POSITIVE_INFINITY : steps[block]!;
      const number = (data[row * columns + column]! - (shifts ? shifts[block]! : 0)) / step;
      range[0] = Math.min(range[0], number);
      range[1] = Math.max(range[1], number);
    }
  }
  return ranges.map(([lowest, highest]) => (lowest <= highest ? [lowest, highest] : [0, 0]));
}
