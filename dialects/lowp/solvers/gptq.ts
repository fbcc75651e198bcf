import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type WeightProblem } from "../../../compiler/define/solver.ts";
import { int, oneOf, real, withDefault } from "../../../compiler/schema/schema.ts";
import { descendRow } from "./coordinate-descent.ts";
import { readTask, type TaskOptions } from "./gptq-task.ts";
import { settle } from "./losses.ts";
import { rowProblem, type SweepOptions, sweepTask, sweptValue } from "./swept-weight.ts";

/**
 * Rounds column after column, each time moving the weights not yet rounded to where they best make up for the error.
 * (Frantar et al., GPTQ, arXiv 2210.17323)
 */
export const gptq = defineSolver({
  name: "gptq",
  summary: "Round column by column, making up for each error in the columns that follow.",
  options: {
    /** In units of the mean of the diagonal of H. */
    damping: withDefault(real({ above: 0 }), 0.01),
    /** activation: by falling diagonal of H; groups then keep the scales of the original weights. */
    order: withDefault(oneOf("natural", "activation"), "natural"),
    /** hessian: as mse, errors counting by the diagonal of H, and scales of scales chosen to fit. */
    scales: withDefault(oneOf("absmax", "mse", "hessian"), "absmax"),
    /** Columns whose errors are handed on together; has no influence on the result. */
    block: withDefault(int({ min: 1 }), 128),
    /** Sweeps of coordinate descent over the codes afterwards, at most. */
    refine: withDefault(int({ min: 0 }), 0),
    target: withDefault(oneOf("weight", "output"), "weight"),
    /** keep: weights that are zero, as after pruning, stay zero. */
    zeros: withDefault(oneOf("round", "keep"), "round"),
  },
  needs: ["secondMoment"],
  scope: "term",
  needsFor: ({ target }) => (target === "output" ? ["crossMoment"] : []),
  solve(problem, options) {
    if (options.zeros === "keep" && options.refine > 0)
      return mismatch("gptq-zeros", "refine changes codes one by one and would not keep zeros", {
        hint: "leave out either zeros = keep or refine",
      });
    const task = readTask("gptq", problem, options);
    if (isMismatch(task)) return task;
    const swept = sweepTask(task, options);
    if (isMismatch(swept)) return swept;
    const rows = rowProblem(swept);
    for (let row = 0; options.refine > 0 && row < rows.rows; row++)
      descendRow(rows, swept.sweep, row, options.refine);
    return settle("gptq", "output", sweptValue(swept), { ...problem, weight: task.aim });
  },
});

/** The value that one sweep gives, which may be worse than round to nearest. */
export function sweepWeight(
  problem: WeightProblem,
  options: SweepOptions & TaskOptions,
): CompositeValue | Mismatch {
  const task = readTask("gptq", problem, options);
  if (isMismatch(task)) return task;
  const swept = sweepTask(task, options);
  return isMismatch(swept) ? swept : sweptValue(swept);
}
