import { f32, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { defineKernel, type Features, type Kernel } from "../../kernel.ts";
import { storeLanes } from "../lanes.ts";
import { multiplyAdd } from "./multiply-add.ts";

/** Rows and columns of a block of outputs that is kept in registers; of fewer rows it is as many times wider. */
export const ROWS_PER_UNIT = 4;
const TILE_COLUMNS = 8;

/** Units of work: up to four rows of one item of the batch, over all columns. */
export const matrixProductUnits = (batch: number, rows: number): number =>
  batch * Math.ceil(rows / ROWS_PER_UNIT);

/**
 * left [..., rows, depth] by right [..., depth, columns], f32; of `batchAxes` leading axes, parameters `left0`,
 * `right0`, … are the extents, which are equal or 1. A vector on the left is one row, on the right one column; leading
 * axes that one side lacks are 1. Each output starts at 0 and adds its products in ascending depth, each product and
 * each sum rounded (with relaxed SIMD, where the machine fuses them, once): the error is at most
 * (depth + 1) · 2^-24 · Σ |left · right| where no product is below the smallest normal number.
 */
export function matrixProduct(batchAxes: number): Kernel {
  const axes = Array.from({ length: batchAxes }, (_, axis) => axis);
  return defineKernel({
    name: `matrix_product_${batchAxes}`,
    parameters: [
      ...(["left", "right", "output", "rows", "depth", "columns"] as const),
      ...axes.map((axis) => `left${axis}` as const),
      ...axes.map((axis) => `right${axis}` as const),
    ],
    build(f, parameters, features) {
      const { left, right, output, rows, depth, columns, begin, end } = parameters;
      const tiles = f.let(op("i32.div_s", sum(rows, ROWS_PER_UNIT - 1), i32(ROWS_PER_UNIT)));
      f.for(begin, end, 1, (unit) => {
        const item = f.let(op("i32.div_s", unit, tiles));
        const row = f.let(product(op("i32.rem_s", unit, tiles), ROWS_PER_UNIT));
        const extents = axes.map((axis) => ({
          left: parameters[`left${axis}`]!,
          right: parameters[`right${axis}`]!,
        }));
        const items = locateItems(f, item, extents);
        const place = {
          left: f.let(sum(left, product(sum(product(items.left, rows), row), depth, 4))),
          right: f.let(sum(right, product(items.right, depth, columns, 4))),
          output: f.let(sum(output, product(sum(product(item, rows), row), columns, 4))),
          depth,
          columns,
        };
        const rest = f.let(op("i32.sub", rows, row));
        const isWhole = op("i32.ge_s", rest, ROWS_PER_UNIT);
        f.if(isWhole, () => multiplyRows(f, ROWS_PER_UNIT, place, features));
        for (let count = 1; count < ROWS_PER_UNIT; count++)
          f.if(op("i32.eq", rest, count), () => multiplyRows(f, count, place, features));
      });
    },
  });
}

interface Extents {
  readonly left: Local;
  readonly right: Local;
}

/** Which matrix of the left and of the right an item of the output is made of. */
function locateItems(f: FunctionBuilder, item: Local, axes: readonly Extents[]): Extents {
  const rest = f.let(item);
  const [left, right] = [f.let(i32(0)), f.let(i32(0))];
  const [leftStride, rightStride] = [f.let(i32(1)), f.let(i32(1))];
  for (const extents of axes.toReversed()) {
    const isLeftOne = op("i32.eq", extents.left, 1);
    const extent = f.let(select(extents.right, extents.left, isLeftOne));
    const index = f.let(op("i32.rem_u", rest, extent));
    f.set(rest, op("i32.div_u", rest, extent));
    f.advance(left, select(i32(0), product(index, leftStride), isLeftOne));
    f.advance(right, select(i32(0), product(index, rightStride), op("i32.eq", extents.right, 1)));
    f.set(leftStride, product(leftStride, extents.left));
    f.set(rightStride, product(rightStride, extents.right));
  }
  return { left, right };
}

/** Addresses of the first row of the left and of the output, and of the matrix on the right; extents. */
type Place = Readonly<Record<"left" | "right" | "output" | "depth" | "columns", Local>>;

function multiplyRows(f: FunctionBuilder, rows: number, place: Place, features: Features): void {
  const column = f.let(i32(0));
  const wide = TILE_COLUMNS * Math.floor(ROWS_PER_UNIT / rows);
  if (wide > TILE_COLUMNS)
    f.while(op("i32.le_s", sum(column, wide), place.columns), () => {
      multiplyTile(f, { rows, columns: wide }, { ...place, column }, features);
      f.advance(column, wide);
    });
  f.while(op("i32.lt_s", column, place.columns), () => {
    multiplyTile(f, { rows, columns: TILE_COLUMNS }, { ...place, column }, features);
    f.advance(column, TILE_COLUMNS);
  });
}

function multiplyTile(
  f: FunctionBuilder,
  tile: { readonly rows: number; readonly columns: number },
  { left, right, output, depth, columns, column }: Place & { readonly column: Local },
  features: Features,
): void {
  const leftStride = f.let(product(depth, 4));
  const stride = f.let(product(columns, 4));
  const vectors = Array.from({ length: tile.columns / 4 }, () => f.local("v128"));
  const sums = Array.from({ length: tile.rows }, () => vectors.map(() => f.let(op("f32x4.splat", f32(0)))));
  const lefts = sums.map((_, row) => f.let(sum(left, product(leftStride, row))));
  const at = f.let(sum(right, product(column, 4)));
  const x = f.local("v128");
  f.for(0, leftStride, 4, (k) => {
    for (const [i, vector] of vectors.entries()) f.set(vector, load("v128.load", at, 16 * i));
    for (const [row, totals] of sums.entries()) {
      f.set(x, load("v128.load32_splat", sum(lefts[row]!, k)));
      for (const [i, total] of totals.entries()) f.set(total, multiplyAdd(features, total, x, vectors[i]!));
    }
    f.advance(at, stride);
  });
  const count = f.let(op("i32.sub", columns, column));
  for (const [row, totals] of sums.entries()) {
    const to = f.let(sum(output, product(stride, row), product(column, 4)));
    for (const [i, total] of totals.entries()) {
      const left = op("i32.sub", count, 4 * i);
      f.if(op("i32.gt_s", left, 0), () => storeLanes(f, f.let(sum(to, 16 * i)), total, left));
    }
  }
}
