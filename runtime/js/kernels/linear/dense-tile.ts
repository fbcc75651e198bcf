import { type Expression, f32, type Local, op, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import type { Features } from "../../kernel.ts";
import { PANEL_COLUMNS, type WeightReader } from "./dense-weights.ts";
import { multiplyAdd } from "./multiply-add.ts";

/** A block of outputs that is kept in registers: rows by panels of 8 columns; 2 · rows · panels vectors. */
export interface Tile {
  readonly rows: number;
  readonly panels: number;
  /** Bytes from one row of the input, and of the output, to the next. */
  readonly inputStride: number;
  readonly outputStride: number;
  /** Bytes from one panel of weights to the next, and of one depth. */
  readonly panelStride: number;
  readonly step: number;
  readonly read: WeightReader;
  readonly features: Features;
}

/** What one tile works on: addresses of its first elements, and its stretch of the depth. */
export interface TilePlace {
  readonly input: Expression;
  readonly weight: Expression;
  readonly output: Expression;
  /** Elements of depth, at least 1. */
  readonly count: Expression;
  /** Not zero where the outputs hold the sums so far; otherwise sums start at 0. */
  readonly continues: Expression;
}

/** Leaves in the output, column by column, the sum so far plus Σ x·w in ascending depth, each step rounded. */
export function multiplyTile(
  f: FunctionBuilder,
  tile: Tile,
  place: TilePlace,
  store: (output: Local, offset: number, low: Local, high: Local) => void,
): void {
  const { rows, panels, outputStride, features } = tile;
  const output = f.let(place.output);
  const sums = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: panels }, (_, panel) => ({
      halves: [f.local("v128"), f.local("v128")] as const,
      offset: row * outputStride + panel * PANEL_COLUMNS * 4,
    })),
  );
  const everySum = (each: (sum: Local, offset: number) => void) => {
    for (const { halves, offset } of sums.flat())
      for (const [i, half] of halves.entries()) each(half, offset + 16 * i);
  };
  f.if(
    place.continues,
    () => everySum((sum, offset) => f.set(sum, load("v128.load", output, offset))),
    () => everySum((sum) => f.set(sum, op("f32x4.splat", f32(0)))),
  );
  const input = f.let(place.input);
  const weight = f.let(place.weight);
  const end = f.let(sum(input, op("i32.shl", place.count, 2)));
  const x = f.local("v128");
  const weights = Array.from({ length: 2 * panels }, () => f.local("v128"));
  // One row of sums leaves room in the registers for the weights of one panel: V8 from version 13 on computes in the
  // order written, and keeps sums in memory if all weights come first. With more rows these are few and used again.
  const together = rows === 1 ? 1 : panels;
  f.repeat(
    () => {
      for (let first = 0; first < panels; first += together) {
        for (let panel = first; panel < first + together; panel++)
          for (const [i, half] of tile.read(weight, panel * tile.panelStride).entries())
            f.set(weights[2 * panel + i]!, half);
        for (const [row, ofRow] of sums.entries()) {
          if (first === 0) f.set(x, load("v128.load32_splat", input, row * tile.inputStride));
          for (const [panel, { halves }] of ofRow.slice(first, first + together).entries())
            for (const [i, half] of halves.entries())
              f.set(half, multiplyAdd(features, half, x, weights[2 * (first + panel) + i]!));
        }
      }
      f.advance(weight, tile.step);
      f.advance(input, 4);
    },
    op("i32.lt_u", input, end),
  );
  for (const { halves, offset } of sums.flat()) store(output, offset, ...halves);
}
