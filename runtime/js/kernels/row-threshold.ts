import { type Expression, f64, op, sum } from "../assembler/expression.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";

/** What rows of `width` elements have to exceed: their mean and so many standard deviations. */
export interface RowThreshold {
  readonly width: number;
  readonly deviations: number;
}

/**
 * max(x − θ, 0) by row, θ = mean + deviations · σ, σ² being the mean of (x − mean)². Parameters: `input` and `output`,
 * which may be the same, [rows, width] f32. A unit of work is a row. All is f64, sums in order, and rounded once. A row
 * with NaN or an infinity is all NaN.
 */
export function rowThreshold({ width, deviations }: RowThreshold): Kernel {
  return defineKernel({
    name: `row_threshold_${width}_${deviations}`,
    parameters: ["input", "output"],
    build(f, { input, output, begin, end }) {
      f.for(begin, end, 1, (row) => {
        const first = f.let(op("i32.mul", row, 4 * width));
        const element = (offset: Expression) =>
          op("f64.promote_f32", load("f32.load", sum(input, first, offset)));
        const mean = f.let(f64(0));
        f.for(0, 4 * width, 4, (offset) => f.set(mean, op("f64.add", mean, element(offset))));
        f.set(mean, op("f64.div", mean, f64(width)));
        const squares = f.let(f64(0));
        f.for(0, 4 * width, 4, (offset) => {
          const distance = f.let(op("f64.sub", element(offset), mean));
          f.set(squares, op("f64.add", squares, op("f64.mul", distance, distance)));
        });
        const deviation = op("f64.sqrt", op("f64.div", squares, f64(width)));
        const threshold = f.let(op("f64.add", mean, op("f64.mul", f64(deviations), deviation)));
        f.for(0, 4 * width, 4, (offset) => {
          const above = op("f64.max", op("f64.sub", element(offset), threshold), f64(0));
          f.store("f32.store", sum(output, first, offset), op("f32.demote_f64", above));
        });
      });
    },
  });
}
