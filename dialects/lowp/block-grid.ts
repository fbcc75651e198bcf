import { elementCount, type FloatData, stridesOf } from "../../compiler/numeric/tensor.ts";
import { type BlockExtent, scaleShape } from "./blocks.ts";

/**
 * A tensor seen as rows of its last axis, cut into runs of one block each. Run r of row i lies in block
 * `firstBlock[i] + r`, blocks being numbered row-major over the scales.
 */
export interface BlockGrid {
  readonly rows: number;
  readonly columns: number;
  /** Elements of a run; the last of a row may be shorter. */
  readonly run: number;
  readonly firstBlock: Int32Array;
  /** Shape of the scales, one per block. */
  readonly scaleShape: readonly number[];
  readonly blocks: number;
}

/** The grid of a tensor of known shape; rank 0 is one row of one element. */
export function blockGrid(shape: readonly number[], block: readonly BlockExtent[]): BlockGrid {
  const scales = scaleShape(shape, block);
  const strides = stridesOf(scales);
  const columns = shape.at(-1) ?? 1;
  const last = block.at(-1) ?? "*";
  const leading = shape.slice(0, -1);
  const rows = elementCount(leading);
  const firstBlock = new Int32Array(rows);
  const position = new Array<number>(leading.length).fill(0);
  for (let row = 0; row < rows; row++) {
    let first = 0;
    for (let axis = 0; axis < leading.length; axis++) {
      const entry = block[axis]!;
      if (entry !== "*") first += Math.floor(position[axis]! / entry) * strides[axis]!;
    }
    firstBlock[row] = first;
    advance(position, leading);
  }
  const run = last === "*" ? Math.max(columns, 1) : last;
  return { rows, columns, run, firstBlock, scaleShape: scales, blocks: elementCount(scales) };
}

/** Moves to the next position in row-major order. */
function advance(position: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = position[axis]! + 1;
    if (position[axis]! < shape[axis]!) return;
    position[axis] = 0;
  }
}

/** The block of the element at a row-major index. */
export const blockAt = ({ columns, run, firstBlock }: BlockGrid, index: number): number =>
  firstBlock[Math.floor(index / columns)]! + Math.floor((index % columns) / run);

/** Smallest and largest value of every block: f64[blocks] each. */
export interface BlockRanges {
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

/** The ranges of finite data; with `withZero` they are widened to hold zero. An empty block has the range of zero. */
export function blockRanges(data: FloatData, grid: BlockGrid, withZero: boolean): BlockRanges {
  const { rows, columns, run, firstBlock, blocks } = grid;
  const lowest = new Float64Array(blocks).fill(withZero ? 0 : Number.POSITIVE_INFINITY);
  const highest = new Float64Array(blocks).fill(withZero ? 0 : Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * columns;
    for (let start = row * columns, block = firstBlock[row]!; start < end; start += run, block++) {
      const stop = Math.min(start + run, end);
      let low = lowest[block]!;
      let high = highest[block]!;
      for (let index = start; index < stop; index++) {
        const value = data[index]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      lowest[block] = low;
      highest[block] = high;
    }
  }
  for (let block = 0; block < blocks; block++)
    if (lowest[block]! > highest[block]!) {
      lowest[block] = 0;
      highest[block] = 0;
    }
  return { lowest, highest };
}
