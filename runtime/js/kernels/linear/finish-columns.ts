import { type Expression, i32, type Local, op, product, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { type Epilogue, type EpilogueParameter, finish } from "../epilogue.ts";
import { smaller, storeFirst } from "../lanes.ts";

type Parameters = Readonly<Record<"output" | "rows", Local> & Partial<Record<EpilogueParameter, Local>>>;

/**
 * Finishes the sums that stand in the output [rows, columns], in the columns of panels `begin` ≤ p < `end`; a panel has
 * `panel` columns. All at once: activations wait long for each step, and one panel's few would hold up the next sums.
 */
export function finishColumns(
  f: FunctionBuilder,
  { columns, panel, epilogue }: Readonly<Record<"columns" | "panel", number> & { epilogue: Epilogue }>,
  parameters: Parameters & Readonly<Record<"begin" | "end", Local>>,
): void {
  const { begin, end } = parameters;
  const range = { from: product(begin, panel), to: smaller(product(end, panel), i32(columns)) };
  finishRange(f, { columns, epilogue }, range, parameters);
}

/** The same in columns `from` ≤ c < `to`, both of them multiples of 4 or the last one's end. */
export function finishRange(
  f: FunctionBuilder,
  { columns, epilogue }: { readonly columns: number; readonly epilogue: Epilogue },
  { from, to }: Readonly<Record<"from" | "to", Expression>>,
  parameters: Parameters,
): void {
  if (!epilogue.bias && !epilogue.activation && !epilogue.multiplier && !epilogue.residual) return;
  const { output, rows } = parameters;
  const stop = f.let(to);
  f.for(0, rows, 1, (row) => {
    const column = f.let(from);
    const finished = (store: (address: Local, value: Local) => void) => {
      const inRow = f.let(product(column, 4));
      const inOutput = f.let(sum(product(row, columns * 4), inRow));
      const address = f.let(sum(output, inOutput));
      const sums = load("v128.load", address);
      store(address, f.let(finish(f, epilogue, parameters, sums, { inRow, inOutput })));
    };
    f.while(op("i32.le_s", sum(column, 4), stop), () => {
      finished((address, value) => f.store("v128.store", address, value));
      f.advance(column, 4);
    });
    const rest = columns % 4;
    if (rest === 0) return;
    f.if(op("i32.lt_s", column, stop), () =>
      finished((address, value) => {
        storeFirst(f, address, value, rest);
      }),
    );
  });
}
