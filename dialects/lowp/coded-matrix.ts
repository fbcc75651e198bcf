import type { CompositeValue, Precision } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { blockGrid } from "./block-grid.ts";
import { paddedShape } from "./blocks.ts";
import { dequantize } from "./dequantize.ts";
import { minifloat, quantized } from "./types.ts";
import { componentOf, integersOf } from "./values.ts";

/** A value [..., depth] as a matrix of codes with scales, its leading axes taken as rows. */
export interface CodedMatrix {
  readonly rows: number;
  readonly depth: number;
  /** Row-major [rows, depth]; what only fills up blocks is left out. */
  readonly codes: Int32Array;
  /** Elements of a row that share a scale. */
  readonly run: number;
  /** The block of the element at [row, column], by which scales and zeros are stored. */
  blockAt(row: number, column: number): number;
  /** The scale of the element at [row, column], in f64. */
  scaleAt(row: number, column: number): number;
}

/** The codes of a `!lowp.q` value with one code per element, or of a `!lowp.float` value, whose scale is 1. */
export function codedMatrix(value: CompositeValue): CodedMatrix | Mismatch {
  const depth = value.shape.at(-1) ?? 1;
  const codes = integersOf(value, "codes").data;
  if (minifloat.is(value.type)) {
    const rows = elementCount(value.shape.slice(0, -1));
    return { rows, depth, codes, run: Math.max(depth, 1), blockAt: () => 0, scaleAt: () => 1 };
  }
  if (!quantized.is(value.type)) return unreachable("verified to be quantized");
  const { block, tail } = value.type.parameters;
  const scale = dequantize(componentOf(value, "scale"), "f64");
  if (isMismatch(scale)) return scale;
  const shape = paddedShape(value.shape, block, tail);
  const { columns, run, firstBlock } = blockGrid(shape, block);
  const rows = keptRows(value.shape, shape);
  const kept = new Int32Array(rows.length * depth);
  for (const [to, from] of rows.entries())
    kept.set(codes.subarray(from * columns, from * columns + depth), to * depth);
  const blockAt = (row: number, column: number): number => firstBlock[rows[row]!]! + Math.floor(column / run);
  const scaleAt = (row: number, column: number): number => scale.data[blockAt(row, column)]!;
  return { rows: rows.length, depth, codes: kept, run, blockAt, scaleAt };
}

/** The rows of a padded tensor that are no padding, by their number in it. */
function keptRows(shape: readonly number[], padded: readonly number[]): readonly number[] {
  let kept = [0];
  for (const [axis, extent] of shape.slice(0, -1).entries())
    kept = kept.flatMap((row) => Array.from({ length: extent }, (_, at) => row * padded[axis]! + at));
  return kept;
}

/** The half-open stretches of an axis that one scale of either side covers: between the ends of the runs of both. */
export function* stretches(
  depth: number,
  one: number,
  other: number,
): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < depth; ) {
    const end = Math.min(depth, ...[one, other].map((run) => (Math.floor(start / run) + 1) * run));
    yield [start, end];
    start = end;
  }
}

/** What becomes of the sums of a product of codes. */
export interface ProductForm {
  readonly shape: readonly number[];
  /** [columns] */
  readonly bias: FloatTensor | undefined;
  readonly precision: Precision;
}

/** Sums [rows, columns] in f64, which may be overwritten, plus the bias, rounded once in f32. */
export function roundSums(sums: Float64Array, { shape, bias, precision }: ProductForm): FloatTensor {
  if (elementCount(shape) !== sums.length) return unreachable("verified to be of the inferred shape");
  const columns = shape.at(-1)!;
  if (bias) for (let at = 0; at < sums.length; at++) sums[at] = sums[at]! + bias.data[at % columns]!;
  return { shape, data: precision === "f32" ? Float32Array.from(sums) : sums };
}
