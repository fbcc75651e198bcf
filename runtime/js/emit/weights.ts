import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { blockGrid } from "../../../dialects/lowp/block-grid.ts";
import { codebooksOf } from "../../../dialects/lowp/codebooks.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { elementsPerCode } from "../../../dialects/lowp/elements.ts";
import { steppedMatrix } from "../../../dialects/lowp/integer-linear.ts";
import { quantized } from "../../../dialects/lowp/types.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import type { IntegerMatrix } from "../kernels/linear/integer-layout.ts";
import type { QuantizedMatrix } from "../kernels/linear/quantized-decoder.ts";

/** Whole steps with their scales in f64: what the interpreter's integer products are made of. */
export function integerMatrix(value: CompositeValue): IntegerMatrix | Mismatch {
  const matrix = steppedMatrix(value);
  if (isMismatch(matrix)) return matrix;
  const { rows, depth, run } = matrix;
  const steps = new Int16Array(matrix.steps);
  const runs = Math.ceil(depth / run);
  const scales = Float64Array.from({ length: rows * runs }, (_, at) =>
    matrix.scaleAt(Math.floor(at / runs), (at % runs) * run),
  );
  return { steps, ...rangeOf(steps), run: Math.min(run, depth), scales };
}

/** The least and the most of integers and 0. There is one of them for each element of a model: by index is quickest. */
function rangeOf(values: Int16Array | Int32Array): { readonly least: number; readonly most: number } {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return { least, most };
}

/**
 * Codes of at most 8 bits with a scale per run, as the kernel that decodes them takes them. Undefined for values that
 * are more than that: sums, splits, sparse ones, codes of vectors, blocks that pad.
 */
export function quantizedMatrix(value: CompositeValue): QuantizedMatrix | undefined {
  if (!quantized.is(value.type) || value.shape.length !== 2) return undefined;
  const { element, block } = value.type.parameters;
  if (elementsPerCode(element) !== 1) return undefined;
  const numbers = integersOf(value, "codes");
  if (numbers.data.length !== value.shape[0]! * value.shape[1]!) return undefined;
  const parts = [componentOf(value, "scale"), value.components.zero, value.components.shift].map(
    (part) => part && dequantize(part, "f32"),
  );
  const [scale, zero, shift] = parts;
  if (!scale || isMismatch(scale) || isMismatch(zero) || isMismatch(shift)) return undefined;
  const books = codebooksOf(element, value.components);
  const coded = books.tables.includes(undefined)
    ? integerCodes(numbers.data)
    : tableCodes(numbers.data, books.tables as Float64Array[]);
  if (!coded) return undefined;
  const grid = blockGrid(value.shape, block);
  const runs = Math.ceil(grid.columns / grid.run);
  const byRun = <T>(of: (row: number, block: number) => T): T[] =>
    Array.from({ length: grid.rows * runs }, (_, at) => {
      const row = Math.floor(at / runs);
      return of(row, grid.firstBlock[row]! + (at % runs));
    });
  const shiftAt = (at: number): number =>
    (shift?.data[at] ?? 0) - (zero ? Math.fround(scale.data[at]! * zero.data[at]!) : 0);
  return {
    ...coded,
    run: Math.min(grid.run, grid.columns),
    scales: Float32Array.from(byRun((_, at) => scale.data[at]!)),
    ...((zero || shift) && { shifts: Float32Array.from(byRun((_, at) => shiftAt(at))) }),
    ...(books.tables.length > 1 && { selector: Int32Array.from(byRun((row, at) => books.tableAt(row, at))) }),
  };
}

type Coded = Pick<QuantizedMatrix, "bits" | "codes" | "levels">;

/** Integers, counted from the least of them. */
function integerCodes(numbers: Int32Array): Coded | undefined {
  const { least: from, most } = rangeOf(numbers);
  const bits = Math.max(1, Math.ceil(Math.log2(most - from + 1)));
  if (bits > 8) return undefined;
  // `Uint8Array.from` would take ten times as long.
  const codes = new Uint8Array(numbers.length);
  for (let i = 0; i < codes.length; i++) codes[i] = numbers[i]! - from;
  return {
    bits,
    codes,
    levels: Float32Array.from({ length: 2 ** bits }, (_, code) => from + code),
  };
}

function tableCodes(numbers: Int32Array, tables: readonly Float64Array[]): Coded | undefined {
  const size = tables[0]!.length;
  const bits = Math.log2(size);
  if (bits > 8 || !Number.isInteger(bits) || bits < 1) return undefined;
  return {
    bits,
    codes: new Uint8Array(numbers),
    levels: Float32Array.from(tables.flatMap((table) => [...table])),
  };
}
