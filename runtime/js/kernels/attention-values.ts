import { i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import type { EntryReader, EntrySource } from "./attention-entries.ts";
import { forRowTiles, type KeyRange, type RowBlock } from "./attention-rows.ts";
import { forFours, smaller, storeFirst } from "./lanes.ts";
import { splat } from "./vector-math.ts";

export interface Mixing {
  readonly output: Local;
  readonly width: number;
}

const rowOf = (f: FunctionBuilder, block: RowBlock, { output, width }: Mixing, row: Local): Local =>
  f.let(sum(output, op("i32.mul", block.head(row), 4 * width)));

/** Makes a row of the output 0. */
export function clearRow(f: FunctionBuilder, block: RowBlock, mixing: Mixing, row: Local): void {
  const target = rowOf(f, block, mixing, row);
  mapVectors(f, target, mixing.width, () => f.let(splat(0)));
}

/** Divides a row of the output by the sum of its weights. */
export function divideRow(f: FunctionBuilder, block: RowBlock, mixing: Mixing, row: Local): void {
  const target = rowOf(f, block, mixing, row);
  const total = f.let(load("v128.load32_splat", sum(block.sums, op("i32.shl", row, 2))));
  mapVectors(f, target, mixing.width, (place) => f.let(op("f32x4.div", load("v128.load", place), total)));
}

function mapVectors(f: FunctionBuilder, target: Local, width: number, map: (place: Local) => Local): void {
  forFours(f, width, (offset, count) => {
    const place = f.let(sum(target, offset));
    storeFirst(f, place, map(place), count);
  });
}

/** Adds to the output of each row the values of the keys of a range that it sees, times their weights. */
export function mixKeys(
  f: FunctionBuilder,
  block: RowBlock,
  mixing: Mixing,
  source: EntrySource,
  { key, stop }: KeyRange,
): void {
  const { width } = mixing;
  forRowTiles(f, block, (rows) => {
    const tile: MixTile = {
      key,
      open: (entry) => source.open(f, block.group, [entry]),
      weights: rows.map((row) => f.let(sum(block.scores, op("i32.mul", row, block.rowBytes)))),
      ends: rows.map((row) => f.let(smaller(block.seen(row), stop))),
      targets: rows.map((row) => rowOf(f, block, mixing, row)),
    };
    // As many sums at once as registers hold: eight.
    const most = 8 / rows.length;
    const full = Math.floor(width / (4 * most));
    f.for(0, 16 * most * full, 16 * most, (offset) => mixColumns(f, tile, offset, 4 * most));
    const rest = width - 4 * most * full;
    if (rest > 0) mixColumns(f, tile, f.let(i32(16 * most * full)), rest);
  });
}

interface MixTile {
  readonly key: Local;
  open(entry: Local): EntryReader;
  readonly weights: readonly Local[];
  /** Ascending. */
  readonly ends: readonly Local[];
  readonly targets: readonly Local[];
}

/** Some columns, from an offset in bytes on: those keys that all rows see for all, then what later rows see beside. */
function mixColumns(
  f: FunctionBuilder,
  { key: first, open, weights, ends, targets }: MixTile,
  offset: Local,
  columns: number,
): void {
  const places = targets.map((target) => f.let(sum(target, offset)));
  const vectors = Array.from({ length: Math.ceil(columns / 4) }, (_, v) => v);
  const totals = places.map((place) => vectors.map((v) => f.let(load("v128.load", place, 16 * v))));
  const key = f.let(first);
  for (const [least, end] of ends.entries())
    f.while(op("i32.lt_s", key, end), () => {
      const column = op("i32.shl", key, 2);
      const read = open(key);
      const factors = weights.map((row, i) =>
        i < least ? undefined : f.let(load("v128.load32_splat", sum(row, column))),
      );
      for (const v of vectors) {
        const four = f.let(read(offset, 16 * v)[0]!);
        for (const [i, factor] of factors.entries()) {
          const total = totals[i]![v]!;
          if (factor) f.set(total, op("f32x4.add", total, op("f32x4.mul", factor, four)));
        }
      }
      f.advance(key, 1);
    });
  for (const [i, place] of places.entries())
    for (const v of vectors)
      storeFirst(f, f.let(sum(place, 16 * v)), totals[i]![v]!, Math.min(4, columns - 4 * v));
}
