import { i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { forRowTiles, type RowBlock } from "./attention-rows.ts";
import { storeFirst } from "./lanes.ts";
import { splat } from "./vector-math.ts";

export interface Mixing {
  /** Of the group's head of the first key. */
  readonly values: Local;
  readonly output: Local;
  readonly width: number;
  /** From the value of a key to that of the next. */
  readonly valueBytes: number;
}

/** Sums of the values that rows see, by their weights, over the sums of weights. */
export function mixRows(f: FunctionBuilder, block: RowBlock, mixing: Mixing): void {
  const { width, output } = mixing;
  forRowTiles(f, block, (rows) => {
    const tile: MixTile = {
      weights: rows.map((row) => f.let(sum(block.scores, op("i32.mul", row, block.rowBytes)))),
      seen: rows.map((row) => block.seen(row)),
      sums: rows.map((row) => f.let(load("v128.load32_splat", sum(block.sums, op("i32.shl", row, 2))))),
      targets: rows.map((row) => f.let(sum(output, op("i32.mul", block.head(row), 4 * width)))),
    };
    // As many sums at once as registers hold: eight.
    const most = 8 / rows.length;
    const vectors = Math.ceil(width / 4);
    const full = Math.floor(width / (4 * most));
    f.for(0, 16 * most * full, 16 * most, (offset) => mixColumns(f, mixing, tile, offset, 4 * most));
    const rest = vectors - full * most;
    if (rest > 0) {
      const offset = f.let(i32(16 * most * full));
      mixColumns(f, mixing, tile, offset, width - 4 * most * full);
    }
  });
}

interface MixTile {
  readonly weights: readonly Local[];
  /** Ascending. */
  readonly seen: readonly Local[];
  readonly sums: readonly Local[];
  readonly targets: readonly Local[];
}

/** Some columns, from an offset in bytes on: those keys that all rows see for all, then what later rows see beside. */
function mixColumns(
  f: FunctionBuilder,
  { values, valueBytes }: Mixing,
  { weights, seen, sums, targets }: MixTile,
  offset: Local,
  columns: number,
): void {
  const vectors = Math.ceil(columns / 4);
  const totals = weights.map(() => Array.from({ length: vectors }, () => f.let(splat(0))));
  const source = f.let(sum(values, offset));
  const key = f.let(i32(0));
  for (const [first, end] of seen.entries())
    f.while(op("i32.lt_s", key, end), () => {
      const column = op("i32.shl", key, 2);
      const factors = weights.map((row, i) =>
        i < first ? undefined : f.let(load("v128.load32_splat", sum(row, column))),
      );
      for (let v = 0; v < vectors; v++) {
        const value = f.let(load("v128.load", source, 16 * v));
        for (const [i, factor] of factors.entries()) {
          const total = totals[i]![v]!;
          if (factor) f.set(total, op("f32x4.add", total, op("f32x4.mul", factor, value)));
        }
      }
      f.advance(source, valueBytes);
      f.advance(key, 1);
    });
  for (const [i, row] of totals.entries()) {
    const target = f.let(sum(targets[i]!, offset));
    for (const [v, total] of row.entries()) {
      f.set(total, op("f32x4.div", total, sums[i]!));
      storeFirst(f, f.let(sum(target, 16 * v)), total, Math.min(4, columns - 4 * v));
    }
  }
}
