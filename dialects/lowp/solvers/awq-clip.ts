import { isMismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import { settle, statisticMissing, wrongMoment } from "./losses.ts";
import { quantizeClipped } from "./mse-clip.ts";

/**
 * Round to nearest on scales that may clip the largest weights of a block where its share of the outputs is then
 * nearer, as in the clip search of AWQ; the factors are those of mse-clip, finer than AWQ's steps of a twentieth, and
 * the second moment stands for its sample of tokens. (Lin et al., AWQ, arXiv 2306.00978)
 */
export const awqClip = defineSolver({
  name: "awq-clip",
  summary:
    "Shrink the range of each block, keeping the least squared error of what the block adds to outputs.",
  options: {},
  needs: ["secondMoment"],
  scope: "term",
  solve(problem) {
    const { weight, type, statistics } = problem;
    const moment = statistics?.secondMoment;
    if (!moment) return statisticMissing("awq-clip", "secondMoment");
    const columns = weight.shape.at(-1) ?? 1;
    if (moment.length !== columns ** 2) return wrongMoment(moment, columns);
    const value = quantizeClipped(weight, type, { solver: "awq-clip", moment });
    return isMismatch(value) ? value : settle("awq-clip", "output", value, problem);
  },
});
