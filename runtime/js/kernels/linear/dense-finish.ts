import { type Expression, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { type Epilogue, type EpilogueParameter, finish } from "../epilogue.ts";
import { PANEL_COLUMNS } from "./dense-weights.ts";

type Parameters = Readonly<
  Record<"output" | "rows" | "begin" | "end", Local> & Partial<Record<EpilogueParameter, Local>>
>;

/** Finishes the sums that stand in the output [rows, columns], in the columns of panels `begin` ≤ p < `end`. */
export function finishColumns(
  f: FunctionBuilder,
  { columns, epilogue }: { readonly columns: number; readonly epilogue: Epilogue },
  parameters: Parameters,
): void {
  if (!epilogue.bias && !epilogue.activation && !epilogue.multiplier && !epilogue.residual) return;
  const { output, rows, begin, end } = parameters;
  const stop = f.let(product(end, PANEL_COLUMNS));
  f.set(stop, select(stop, i32(columns), op("i32.lt_s", stop, columns)));
  f.for(0, rows, 1, (row) => {
    const column = f.let(product(begin, PANEL_COLUMNS));
    const finished = (store: (address: Expression, value: Expression) => void) => {
      const inRow = f.let(product(column, 4));
      const inOutput = f.let(sum(product(row, columns * 4), inRow));
      const address = f.let(sum(output, inOutput));
      store(address, finish(f, epilogue, parameters, load("v128.load", address), { inRow, inOutput }));
    };
    f.while(op("i32.le_s", sum(column, 4), stop), () => {
      finished((address, value) => f.store("v128.store", address, value));
      f.advance(column, 4);
    });
    const rest = columns % 4;
    if (rest === 0) return;
    f.if(op("i32.lt_s", column, stop), () =>
      finished((address, value) => {
        for (let lane = 0; lane < rest; lane++)
          f.storeLane("v128.store32_lane", address, value, lane, 4 * lane);
      }),
    );
  });
}
