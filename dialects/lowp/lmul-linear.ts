import type { Precision } from "../../compiler/define/kernel.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { lmulTables } from "../../compiler/numeric/lmul.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { type CodedMatrix, stretches } from "./coded-matrix.ts";
import type { ElementFloat } from "./elements.ts";

/**
 * input [..., K] times the transpose of weight [N, K], plus bias [N], the codes of both being of one float and
 * multiplied by L-Mul: Σ (scale · scale) · lmul(code, code), scales and sums in f64, in ascending k from +0, then the
 * bias; rounded once in f32. A product is a number with as many bits of exponent as it takes, not one of the float.
 */
export function lmulLinear(
  left: CodedMatrix,
  right: CodedMatrix,
  { format, factor }: ElementFloat,
  {
    shape,
    bias,
    precision,
  }: {
    readonly shape: readonly number[];
    readonly bias: FloatTensor | undefined;
    readonly precision: Precision;
  },
): FloatTensor {
  const { rows, depth } = left;
  const columns = right.rows;
  const { terms, products } = lmulTables(format);
  const one = left.codes.map((code) => terms[code]!);
  const other = right.codes.map((code) => terms[code]!);
  const output = new Float64Array(rows * columns);
  for (const [start, end] of stretches(depth, left.run, right.run)) {
    const scales = Float64Array.from(
      { length: columns },
      (_, column) => right.scaleAt(column, start) * factor,
    );
    for (let row = 0; row < rows; row++) {
      const scale = left.scaleAt(row, start) * factor;
      for (let column = 0; column < columns; column++) {
        const both = scale * scales[column]!;
        let sum = output[row * columns + column]!;
        for (let k = start; k < end; k++)
          sum += both * products[one[row * depth + k]! + other[column * depth + k]!]!;
        output[row * columns + column] = sum;
      }
    }
  }
  if (bias) for (let at = 0; at < output.length; at++) output[at] = output[at]! + bias.data[at % columns]!;
  const data = precision === "f32" ? Float32Array.from(output) : output;
  if (elementCount(shape) !== data.length) return unreachable("verified to be of the inferred shape");
  return { shape, data };
}
