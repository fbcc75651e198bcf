import type { CompositeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { computeDotProducts } from "../nn/reference/dot-products.ts";
import { type CodedMatrix, codedMatrix, type ProductForm, roundSums, stretches } from "./coded-matrix.ts";
import { codeValues } from "./element-codec.ts";
import { quantized } from "./types.ts";
import { integersOf } from "./values.ts";

/** A quantized matrix as whole steps and the scales they are multiplied by. */
export interface SteppedMatrix extends Pick<CodedMatrix, "rows" | "depth" | "run" | "scaleAt"> {
  /** code − zero, row-major [rows, depth]; integers, held as f64. */
  readonly steps: Float64Array;
}

/** A value [..., depth] of integer steps, its leading axes taken as rows. */
export function steppedMatrix(value: CompositeValue): SteppedMatrix | Mismatch {
  if (!quantized.is(value.type)) return unreachable("verified to be quantized");
  const matrix = codedMatrix(value);
  if (isMismatch(matrix)) return matrix;
  const { rows, depth, codes, run, blockAt, scaleAt } = matrix;
  const zero = value.components.zero && integersOf(value, "zero").data;
  const levels = codeValues(value.type.parameters.element);
  const steps = new Float64Array(codes.length);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < depth; column++, at++) {
      const code = codes[at]!;
      steps[at] = (levels ? levels[code]! : code) - (zero ? zero[blockAt(row, column)]! : 0);
    }
  return { rows, depth, steps, run, scaleAt };
}

/**
 * input [..., K] times the transpose of weight [N, K], plus bias [N]: for each stretch of K that one scale of either
 * side covers, the exact integer sum of products of steps; the sums times the product of their scales are added up in
 * f64 in ascending order from +0, then the bias; rounded once in f32. Whatever order the integers are added in, the
 * result is the same bits. (MixPE, 2024)
 */
export function integerLinear(left: SteppedMatrix, right: SteppedMatrix, form: ProductForm): FloatTensor {
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
  return roundSums(output, form);
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
