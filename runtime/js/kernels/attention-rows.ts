import { i32, type Local, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";

/** Rows of a unit of work: a row is a query of one head, and rows of all heads of a group share keys and values. */
export const ROWS_PER_UNIT = 8;

/**
 * Units done together, where a group has few rows: memory is then read from key to key instead of by group. So many rows at
 * most.
 */
export const ROWS_TOGETHER = 32;

/** Bytes before the scores of a unit: the sums of weights of its rows. */
export const SUMS = 4 * ROWS_PER_UNIT;

/** The rows of a unit, as its steps see them; rows are counted from the first of the block. */
export interface RowBlock {
  readonly rows: Local;
  /** From a row of scores to the next. */
  readonly rowBytes: Local;
  readonly keyCount: Local;
  readonly group: Local;
  /** Address of [rows, S] scores, then weights; rows are padded. */
  readonly scores: Local;
  /** Address of the sums of weights of the rows; 1 for a row that sees no key. */
  readonly sums: Local;
  /** Which of the T · heads rows of the query and the output it is. */
  head(index: Local): Local;
  /** How many keys it sees. */
  seen(index: Local): Local;
}

/** What all blocks of a call have in common. */
export interface RowLayout {
  readonly heads: number;
  /** Heads of a group. */
  readonly shared: number;
  readonly causal: boolean;
  readonly queryCount: Local;
  readonly keyCount: Local;
  readonly rowBytes: Local;
}

/** The rows from `first` on of a group, with a part of the workspace. */
export function openBlock(
  f: FunctionBuilder,
  { heads, shared, causal, queryCount, keyCount, rowBytes }: RowLayout,
  { group, first, rows, workspace }: Readonly<Record<"group" | "first" | "rows" | "workspace", Local>>,
): RowBlock {
  return {
    rows,
    rowBytes,
    keyCount,
    group,
    sums: workspace,
    scores: f.let(sum(workspace, SUMS)),
    head(index) {
      const row = f.let(sum(first, index));
      const token = op("i32.div_u", row, shared);
      return f.let(
        sum(op("i32.mul", token, heads), op("i32.mul", group, shared), op("i32.rem_u", row, shared)),
      );
    },
    seen(index) {
      if (!causal) return keyCount;
      const token = op("i32.div_u", sum(first, index), shared);
      const last = f.let(sum(op("i32.sub", keyCount, queryCount), token, 1));
      return f.let(select(last, i32(0), op("i32.gt_s", last, 0)));
    },
  };
}

/** One row of a block, as a block. */
export function rowOf(f: FunctionBuilder, block: RowBlock, row: Local): RowBlock {
  return {
    ...block,
    rows: f.let(i32(1)),
    scores: f.let(sum(block.scores, op("i32.mul", row, block.rowBytes))),
    sums: f.let(sum(block.sums, op("i32.shl", row, 2))),
    head: (index) => block.head(f.let(sum(row, index))),
    seen: (index) => block.seen(f.let(sum(row, index))),
  };
}

/** Keys from `key` to before `stop`. */
export interface KeyRange {
  readonly key: Local;
  readonly stop: Local;
}

/** Visits rows two by two, and the last one alone where it is left. */
export function forRowTiles(
  f: FunctionBuilder,
  { rows }: RowBlock,
  visit: (tile: readonly Local[]) => void,
): void {
  f.for(0, rows, 2, (index) => {
    const next = f.let(op("i32.add", index, 1));
    f.if(
      op("i32.lt_s", next, rows),
      () => visit([index, next]),
      () => visit([index]),
    );
  });
}
