import type { CompositeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import type { FloatFormat } from "../../compiler/numeric/float-format.ts";
import { lmulTables } from "../../compiler/numeric/lmul.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { type CodedMatrix, codedMatrix, type ProductForm, roundSums, stretches } from "./coded-matrix.ts";
import type { ElementFloat } from "./elements.ts";

/** A matrix of floats as the terms that L-Mul adds and the scales its products are multiplied by. */
export interface LmulMatrix extends Pick<CodedMatrix, "rows" | "depth" | "run" | "scaleAt"> {
  /** Of the tables of the format, row-major [rows, depth]. */
  readonly terms: Int32Array;
}

/** A value [..., depth] of codes of a float, its leading axes taken as rows. */
export function lmulMatrix(value: CompositeValue, { format, factor }: ElementFloat): LmulMatrix | Mismatch {
  const matrix = codedMatrix(value);
  if (isMismatch(matrix)) return matrix;
  const { rows, depth, codes, run } = matrix;
  const { terms } = lmulTables(format);
  const scaleAt = (row: number, column: number): number => factor * matrix.scaleAt(row, column);
  return { rows, depth, run, terms: codes.map((code) => terms[code]!), scaleAt };
}

/**
 * input [..., K] times the transpose of weight [N, K], plus bias [N], the codes of both being of one float and
 * multiplied by L-Mul: Σ (scale · scale) · lmul(code, code), scales and sums in f64, in ascending k from +0, then the
 * bias; rounded once in f32. A product is a number with as many bits of exponent as it takes, not one of the float.
 */
export function lmulLinear(
  left: LmulMatrix,
  right: LmulMatrix,
  format: FloatFormat,
  form: ProductForm,
): FloatTensor {
  const { rows, depth, terms: leftTerms } = left;
  const { rows: columns, terms: rightTerms } = right;
  const { products } = lmulTables(format);
  const output = new Float64Array(rows * columns);
  for (const [start, end] of stretches(depth, left.run, right.run)) {
    const scales = Float64Array.from({ length: columns }, (_, column) => right.scaleAt(column, start));
    for (let row = 0; row < rows; row++) {
      const scale = left.scaleAt(row, start);
      for (let column = 0; column < columns; column++) {
        const both = scale * scales[column]!;
        let sum = output[row * columns + column]!;
        for (let k = start; k < end; k++)
          sum += both * products[leftTerms[row * depth + k]! + rightTerms[column * depth + k]!]!;
        output[row * columns + column] = sum;
      }
    }
  }
  return roundSums(output, form);
}
