import type { CompositeValue, Precision } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { computeDotProducts } from "../nn/reference/dot-products.ts";
import { blockGrid } from "./block-grid.ts";
import { paddedShape } from "./blocks.ts";
import { codebooksOf } from "./codebooks.ts";
import { dequantize } from "./dequantize.ts";
import { quantized } from "./types.ts";
import { componentOf, integersOf } from "./values.ts";

/** A quantized matrix as whole steps and the scales they are multiplied by. */
export interface SteppedMatrix {
  readonly rows: number;
  readonly depth: number;
  /** code − zero, row-major [rows, depth]; integers, held as f64. */
  readonly steps: Float64Array;
  /** Elements of a row that share a scale. */
  readonly run: number;
  /** The scale of the element at [row, column], in f64. */
  scaleAt(row: number, column: number): number;
}

/** A value [..., depth] of integer steps, its leading axes taken as rows. */
export function steppedMatrix(value: CompositeValue): SteppedMatrix | Mismatch {
  if (!quantized.is(value.type)) return unreachable("verified to be quantized");
  const { element, block, tail } = value.type.parameters;
  const scale = dequantize(componentOf(value, "scale"), "f64");
  if (isMismatch(scale)) return scale;
  const zero = value.components.zero && integersOf(value, "zero").data;
  const codes = integersOf(value, "codes").data;
  const books = codebooksOf(element, value.components);
  const shape = paddedShape(value.shape, block, tail);
  const grid = blockGrid(shape, block);
  const depth = value.shape.at(-1) ?? 1;
  const rows = keptRows(value.shape, shape);
  const steps = new Float64Array(rows.length * depth);
  for (const [to, from] of rows.entries())
    for (let column = 0; column < depth; column++) {
      const code = codes[from * grid.columns + column]!;
      const at = grid.firstBlock[from]! + Math.floor(column / grid.run);
      const level = books.tables[books.tableAt(from, at)]?.[code] ?? code;
      steps[to * depth + column] = level - (zero ? zero[at]! : 0);
    }
  const scaleAt = (row: number, column: number): number =>
    scale.data[grid.firstBlock[rows[row]!]! + Math.floor(column / grid.run)]!;
  return { rows: rows.length, depth, steps, run: grid.run, scaleAt };
}

/** The rows of a padded tensor that are no padding, by their number in it. */
function keptRows(shape: readonly number[], padded: readonly number[]): readonly number[] {
  let kept = [0];
  for (const [axis, extent] of shape.slice(0, -1).entries())
    kept = kept.flatMap((row) => Array.from({ length: extent }, (_, at) => row * padded[axis]! + at));
  return kept;
}

/**
 * input [..., K] times the transpose of weight [N, K], plus bias [N]: for each stretch of K that one scale of either
 * side covers, the exact integer sum of products of steps; the sums times the product of their scales are added up in
 * f64 in ascending order from +0, then the bias; rounded once in f32. Whatever order the integers are added in, the
 * result is the same bits. (MixPE, 2024)
 */
export function integerLinear(
  left: SteppedMatrix,
  right: SteppedMatrix,
  shape: readonly number[],
  { bias, precision }: { readonly bias: FloatTensor | undefined; readonly precision: Precision },
): FloatTensor {
  const { rows, depth } = left;
  const columns = right.rows;
  const output = new Float64Array(rows * columns);
  const sums = new Float64Array(rows * columns);
  for (const [start, end] of stretches(depth, left.run, right.run)) {
    addProducts(left, right, { start, end }, sums);
    const scales = Float64Array.from({ length: columns }, (_, column) => right.scaleAt(column, start));
    for (let row = 0; row < rows; row++) {
      const scale = left.scaleAt(row, start);
      for (let column = 0; column < columns; column++)
        output[row * columns + column]! += sums[row * columns + column]! * (scale * scales[column]!);
    }
  }
  if (bias) for (let at = 0; at < output.length; at++) output[at] = output[at]! + bias.data[at % columns]!;
  const data = precision === "f32" ? Float32Array.from(output) : output;
  if (elementCount(shape) !== data.length) return unreachable("verified to be of the inferred shape");
  return { shape, data };
}

/** The half-open stretches of an axis between the ends of the runs of either side. */
function* stretches(depth: number, one: number, other: number): Generator<readonly [number, number]> {
  for (let start = 0; start < depth; ) {
    const end = Math.min(depth, ...[one, other].map((run) => (Math.floor(start / run) + 1) * run));
    yield [start, end];
    start = end;
  }
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Sums of products of steps over a stretch, exact: in f64 where no sum can pass 2⁵³, else in bigints. */
function addProducts(
  left: SteppedMatrix,
  right: SteppedMatrix,
  { start, end }: Stretch,
  sums: Float64Array,
): void {
  const { rows, depth } = left;
  const columns = right.rows;
  const bound = (end - start) * largest(left.steps) * largest(right.steps);
  if (bound <= Number.MAX_SAFE_INTEGER) {
    computeDotProducts({
      left: left.steps.subarray(start),
      leftStride: depth,
      right: right.steps.subarray(start),
      rightStride: depth,
      output: sums,
      outputStride: columns,
      rows,
      columns,
      depth: end - start,
    });
    return;
  }
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0n;
      for (let at = start; at < end; at++)
        sum += BigInt(left.steps[row * depth + at]!) * BigInt(right.steps[column * depth + at]!);
      sums[row * columns + column] = Number(sum);
    }
}

const largest = (steps: Float64Array): number =>
  steps.reduce((most, step) => Math.max(most, Math.abs(step)), 0);
