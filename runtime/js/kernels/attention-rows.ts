import { type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";

/** Rows of a unit of work: a row is a query of one head, and rows of all heads of a group share keys and values. */
export const ROWS_PER_UNIT = 8;

/** The rows of a unit, as its steps see them; rows are counted from the first of the block. */
export interface RowBlock {
  readonly rows: Local;
  /** From a row of scores to the next. */
  readonly rowBytes: Local;
  readonly keyCount: Local;
  /** Address of [ROWS_PER_UNIT, S] scores, then weights; rows are padded to fours. */
  readonly scores: Local;
  /** Address of the sums of weights of the rows; 1 for a row that sees no key. */
  readonly sums: Local;
  /** Which of the T · heads rows of the query and the output it is. */
  head(index: Local): Local;
  /** How many keys it sees. */
  seen(index: Local): Local;
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
