import { type Expression, type Local, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { type Epilogue, type EpilogueParameter, finish } from "../epilogue.ts";
import type { Loops } from "./quantized-loops.ts";
import { QUAD, ROW_BYTES } from "./quantized-panel.ts";

/** Finishes and writes the totals of a tile: those of columns that there are. */
export function writeRows(
  { f, columns, totals }: Pick<Loops, "f" | "columns" | "totals">,
  epilogue: Epilogue,
  parameters: Readonly<Record<"output", Local> & Partial<Record<EpilogueParameter, Local>>>,
  { rows, row, unit }: { readonly rows: number; readonly row: Expression; readonly unit: Local },
): void {
  const inOutput = f.let(product(row, 4 * columns));
  f.for(0, rows * ROW_BYTES, ROW_BYTES, (tileRow) => {
    const inRow = f.let(product(unit, ROW_BYTES));
    f.for(0, ROW_BYTES, 16, (quad) => {
      f.if(op("i32.lt_s", inRow, 4 * columns), () => {
        const place = { inRow, inOutput: f.let(sum(inOutput, inRow)) };
        const sums = load("v128.load", sum(totals, tileRow, quad));
        const value = f.let(finish(f, epilogue, parameters, sums, place));
        const to = sum(parameters.output, place.inOutput);
        const store = () => f.store("v128.store", to, value);
        if (columns % QUAD === 0) return store();
        f.if(op("i32.le_s", inRow, 4 * (columns - QUAD)), store, () => {
          for (let lane = 0; lane < columns % QUAD; lane++)
            f.storeLane("v128.store32_lane", to, value, lane, 4 * lane);
        });
      });
      f.advance(inRow, 16);
    });
    f.advance(inOutput, 4 * columns);
  });
}
