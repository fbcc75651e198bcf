import { type Expression, type Local, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { storeFirst } from "../lanes.ts";
import type { Loops } from "./quantized-loops.ts";
import { PANEL, QUAD, ROW_BYTES } from "./quantized-panel.ts";

/** Writes the totals of a tile to its rows of the output: those of columns that there are. */
export function writeTotals(
  { f, columns, totals }: Pick<Loops, "f" | "columns" | "totals">,
  output: Expression,
  { rows, row, unit }: { readonly rows: number; readonly row: Expression; readonly unit: Local },
): void {
  const to = f.let(sum(output, product(row, 4 * columns), product(unit, ROW_BYTES)));
  const write = (width: number) => {
    for (let tileRow = 0; tileRow < rows; tileRow++)
      for (let column = 0; column < width; column += QUAD) {
        const value = f.let(load("v128.load", totals, tileRow * ROW_BYTES + 4 * column));
        const place = f.let(sum(to, 4 * (tileRow * columns + column)));
        storeFirst(f, place, value, Math.min(QUAD, width - column));
      }
  };
  const rest = columns % PANEL;
  if (rest === 0) write(PANEL);
  else
    f.if(
      op("i32.lt_s", unit, Math.floor(columns / PANEL)),
      () => write(PANEL),
      () => write(rest),
    );
}
