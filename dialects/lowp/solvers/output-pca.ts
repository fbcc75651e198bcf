import { isMismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import { describeFound } from "./last-term.ts";
import { settle } from "./losses.ts";
import { lowRankTerm, storeLowRank } from "./low-rank-term.ts";

/**
 * Replaces a weight by V (Vᵀ W), V the principal directions of its outputs about zero; no bias is made.
 * (LoRD: Kaushal et al., arXiv 2309.14021)
 */
export const outputPca = defineSolver({
  name: "output-pca",
  summary: "Factor a weight into !lowp.lowrank along the principal directions of its outputs.",
  options: {},
  needs: ["secondMoment"],
  solve(problem) {
    const { weight, type, statistics } = problem;
    if (!lowRankTerm.is(type))
      return mismatch(
        "solver-type",
        `solver output-pca fills a !lowp.lowrank, found ${describeFound(type)}`,
        {
          hint: `for instance ${lowRankTerm.describe}`,
        },
      );
    const value = storeLowRank(weight, type, "output", statistics);
    return isMismatch(value) ? value : settle("output-pca", "output", value, problem);
  },
});
