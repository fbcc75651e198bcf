import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type InputStatistics } from "../../../compiler/define/solver.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { loudestFirst } from "../permutation.ts";
import { store } from "../quantize.ts";
import { split } from "../types.ts";
import type { ValueType } from "../value-type.ts";
import { solveByTerm } from "./by-term.ts";
import { solveWeight } from "./driver.ts";
import { innerNeeds, innerSolver } from "./inner-solver.ts";
import { errorsOf, rowLosses, wrongMoment } from "./losses.ts";
import { type Metric, metricNeeds, metricOption } from "./low-rank-term.ts";

/**
 * Puts the rows that matter most into the first part of a permuted split of rows, the next into the second, and so
 * on: a row matters by how much less error it has in the first part's type than in the last one's, to nearest. How
 * many go where is the type's to say; `allocate-rows` chooses it. (MixLLM: Zheng et al., arXiv 2412.14590)
 */
export const salientRows = defineSolver({
  name: "salient-rows",
  summary: "Give the rows that rounding hurts most the first part of a permuted !lowp.split.",
  options: {
    /** For each part. */
    solver: innerSolver,
    /** output: by the error of the outputs on the calibration data. */
    metric: metricOption,
  },
  needs: [],
  needsFor: ({ solver, metric }) => [...innerNeeds({ solver }), ...metricNeeds(metric)],
  solve(problem, { solver, metric }) {
    const { type } = problem;
    if (!split.is(type) || !type.parameters.permuted || type.parameters.axis !== 0) return rowsNotSplit;
    return solveByTerm("salient-rows", problem, {
      solve: (part) => solveWeight(solver.solver, part, solver.options),
      order({ weight, statistics }, { parts }) {
        const types = [parts[0]!.type, parts.at(-1)!.type] as const;
        const salience = rowSalience(weight, types, metric, statistics);
        const extents = parts.map(({ extent }) => extent);
        return isMismatch(salience) ? salience : loudestFirst(salience, extents);
      },
      objective: metric === "output" ? metric : undefined,
    });
  },
});

/**
 * How much less error each row of a weight [N, K] has in the one type than in the other, to nearest: Σ of squares, or
 * with the metric `output` those of its output times the inputs seen.
 */
export function rowSalience(
  weight: FloatTensor,
  [high, low]: readonly [ValueType, ValueType],
  metric: Metric,
  statistics: InputStatistics | undefined,
): Float64Array | Mismatch {
  const columns = weight.shape.at(-1) ?? 1;
  const secondMoment = metric === "output" ? statistics?.secondMoment : undefined;
  if (secondMoment && secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const lossesIn = (type: ValueType): Float64Array | Mismatch => {
    const rounded = store(weight, type);
    if (isMismatch(rounded)) return rounded;
    const errors = errorsOf(weight, rounded);
    return isMismatch(errors) ? errors : rowLosses(errors, columns, secondMoment);
  };
  const [fine, coarse] = [lossesIn(high), lossesIn(low)];
  if (isMismatch(fine)) return fine;
  return isMismatch(coarse) ? coarse : coarse.map((loss, row) => loss - fine[row]!);
}

const rowsNotSplit = mismatch("split-rows", "salient-rows fills a permuted split of rows", {
  hint: "ask for !lowp.split<0, [(16 : !lowp.q<…>), (112 : !lowp.q<…>)], permuted = true>",
});
