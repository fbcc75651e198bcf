import type { CompositeValue, Precision } from "../../compiler/define/kernel.ts";
import type { Mismatch } from "../../compiler/define/op.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { blockGrid } from "./block-grid.ts";
import { paddedShape } from "./blocks.ts";
import { codebooksOf } from "./codebooks.ts";
import { elementsPerCode } from "./elements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { resize } from "./regions.ts";
import { integersOf, notSupportedHere } from "./values.ts";

/** Scale, and zero or shift, of every block as numbers. */
export interface BlockParts {
  readonly scale?: FloatTensor;
  readonly zero?: FloatTensor;
  readonly shift?: FloatTensor;
}

/** scale · code value, scale · (code value − zero) or scale · code value + shift, by block. */
export function dequantizeBlocks(
  value: CompositeValue,
  { element, block, tail }: QuantizedParameters,
  { scale, zero, shift }: BlockParts,
  precision: Precision,
): FloatTensor | Mismatch {
  if (!scale) return notSupportedHere("dequantizing", value.type);
  const shape = paddedShape(value.shape, block, tail);
  const codes = integersOf(value, "codes").data;
  const books = codebooksOf(element, value.components);
  const { rows, columns, run, firstBlock } = blockGrid(shape, block);
  const perCode = elementsPerCode(element);
  const single = precision === "f32";
  const data = single ? new Float32Array(elementCount(shape)) : new Float64Array(elementCount(shape));
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    for (let start = row * columns, at = firstBlock[row]!; start < end; start += run, at++) {
      const stop = Math.min(start + run, end);
      const step = scale.data[at]!;
      const origin = zero ? zero.data[at]! : 0;
      const values = books.tables[books.tableAt(row, at)];
      // Storing into f32 data rounds, so only the steps before it are rounded here.
      for (let index = start; index < stop; index++) {
        const place = perCode === 1 ? codes[index]! : vectorOffset(codes, index, perCode);
        const level = values ? values[place]! : place;
        const steps = single ? Math.fround(level - origin) : level - origin;
        data[index] = steps * step;
      }
      if (shift) for (let index = start; index < stop; index++) data[index] = data[index]! + shift.data[at]!;
    }
  }
  return resize({ shape, data }, value.shape);
}

/** Where in a table of vectors the value of an element is. */
const vectorOffset = (codes: Int32Array, index: number, perCode: number): number => {
  const offset = index % perCode;
  return codes[(index - offset) / perCode]! * perCode + offset;
};
