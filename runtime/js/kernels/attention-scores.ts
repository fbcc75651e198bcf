import { type Expression, f32, i32, type Local, lanes, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { ENTRIES_TOGETHER, type EntryReader, type EntrySource } from "./attention-entries.ts";
import { forRowTiles, type KeyRange, type RowBlock } from "./attention-rows.ts";
import { addLanes, firstLanes, horizontal, shuffleLanes, smaller, sumOfPair } from "./lanes.ts";
import { choose, exponential, splat, splatDouble } from "./vector-math.ts";

export interface Scoring {
  readonly query: Local;
  readonly width: number;
  readonly scale: number;
}

/** Scores of the rows of a block with four keys, of which those from `stop` on are not read and get any score. */
export function scoreKeys(
  f: FunctionBuilder,
  block: RowBlock,
  scoring: Scoring,
  source: EntrySource,
  { key, stop }: KeyRange,
): void {
  const { width } = scoring;
  const last = f.let(op("i32.sub", stop, 1));
  const entries = Array.from({ length: ENTRIES_TOGETHER }, (_, i) =>
    f.let(smaller(f.let(op("i32.add", key, i)), last)),
  );
  const keys = source.open(f, block.group, entries);
  forRowTiles(f, block, (tile) => {
    const queries = tile.map((row) => f.let(sum(scoring.query, op("i32.mul", block.head(row), 4 * width))));
    for (const [i, scores] of dotTile(f, queries, keys, width).entries()) {
      const row = sum(block.scores, op("i32.mul", tile[i]!, block.rowBytes), op("i32.shl", key, 2));
      f.store("v128.store", row, op("f32x4.mul", scores, splat(scoring.scale)));
    }
  });
}

/** Dot products of each query with four keys. */
function dotTile(
  f: FunctionBuilder,
  queries: readonly Local[],
  keys: EntryReader,
  width: number,
): Expression[] {
  const sums = queries.map(() => Array.from({ length: ENTRIES_TOGETHER }, () => f.let(splat(0))));
  const whole = width - (width % 4);
  const addAt = (offset: Local, mask: (vector: Expression) => Expression) => {
    const left = queries.map((query) => f.let(mask(load("v128.load", sum(query, offset)))));
    for (const [k, key] of keys(offset).entries()) {
      const right = f.let(mask(key));
      for (const [q, vector] of left.entries()) {
        const total = sums[q]![k]!;
        f.set(total, op("f32x4.add", total, op("f32x4.mul", vector, right)));
      }
    }
  };
  if (whole > 0) {
    const offset = f.let(i32(0));
    f.repeat(
      () => {
        addAt(offset, (vector) => vector);
        f.advance(offset, 16);
      },
      op("i32.lt_u", offset, 4 * whole),
    );
  }
  const mask = firstLanes(width - whole);
  if (whole !== width) addAt(f.let(i32(4 * whole)), (vector) => op("v128.and", vector, mask));
  return sums.map((row) => sumEach(f, row));
}

/** The sums of the lanes of four vectors. */
function sumEach(f: FunctionBuilder, vectors: readonly Local[]): Expression {
  const pair = (left: Local, right: Local) =>
    f.let(op("f32x4.add", shuffleLanes(left, right, [0, 4, 1, 5]), shuffleLanes(left, right, [2, 6, 3, 7])));
  const [first, second] = [pair(vectors[0]!, vectors[1]!), pair(vectors[2]!, vectors[3]!)];
  return op(
    "f32x4.add",
    shuffleLanes(first, second, [0, 1, 4, 5]),
    shuffleLanes(first, second, [2, 3, 6, 7]),
  );
}

/** Scores of a row to e^(score - largest), and their sum. */
export function weighRow(f: FunctionBuilder, block: RowBlock, row: Local): void {
  const seen = block.seen(row);
  const scores = f.let(sum(block.scores, op("i32.mul", row, block.rowBytes)));
  const end = f.let(op("i32.shl", seen, 2));
  const whole = f.let(op("i32.and", end, -16));
  // Lane i of the last vector is seen where i is below what is left.
  const left = op("i32x4.splat", op("i32.and", seen, 3));
  const isSeen = f.let(op("i32x4.lt_s", lanes(Int32Array.of(0, 1, 2, 3)), left));
  const forAll = (visit: (place: Local, mask: Local | undefined) => void) => {
    f.for(0, whole, 16, (offset) => visit(f.let(sum(scores, offset)), undefined));
    f.if(op("i32.and", seen, 3), () => visit(f.let(sum(scores, whole)), isSeen));
  };
  const most = f.let(splat(Number.NEGATIVE_INFINITY));
  forAll((place, mask) => {
    const four = load("v128.load", place);
    const valid = mask ? choose(mask, four, splat(Number.NEGATIVE_INFINITY)) : four;
    f.set(most, op("f32x4.max", most, valid));
  });
  const largest = f.let(op("f32x4.splat", horizontal("f32.max", most)));
  const total = f.let(splatDouble(0));
  forAll((place, mask) => {
    const power = exponential(f, op("f32x4.sub", load("v128.load", place), largest));
    f.store("v128.store", place, power);
    if (mask) f.set(power, op("v128.and", power, mask));
    addLanes(f, total, power);
  });
  const weight = op("f32.demote_f64", sumOfPair(total));
  const place = sum(block.sums, op("i32.shl", row, 2));
  f.store("f32.store", place, select(weight, f32(1), seen));
}
