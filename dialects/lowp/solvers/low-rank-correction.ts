import { isMismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import { restOf } from "../quantize-terms.ts";
import { solveWeight } from "./driver.ts";
import { innerNeeds, innerSolver } from "./inner-solver.ts";
import { readLastTerm, withLastTerm } from "./last-term.ts";
import { settle } from "./losses.ts";
import { lowRankTerm, metricNeeds, metricOption, storeLowRank } from "./low-rank-term.ts";

/**
 * Quantizes a weight, then puts the largest directions of the error into a low-rank term: Ŵ + U √Σ · √Σ Vᵀ with
 * W − Ŵ = U Σ Vᵀ. (LoRC: Wu et al., ZeroQuant-FP, arXiv 2307.09782)
 */
export const lowRankCorrection = defineSolver({
  name: "low-rank-correction",
  summary: "Quantize, then hold the largest directions of the error in a last term !lowp.lowrank.",
  options: {
    /** For the terms before. */
    solver: innerSolver,
    /** output: the directions in which the outputs on the calibration data suffer most. */
    metric: metricOption,
  },
  needs: [],
  needsFor: ({ solver, metric }) => [...innerNeeds({ solver }), ...metricNeeds(metric)],
  solve(problem, { solver, metric }) {
    const { weight, type, statistics } = problem;
    const terms = readLastTerm("low-rank-correction", type, lowRankTerm);
    if (isMismatch(terms)) return terms;
    const quantized = solveWeight(solver.solver, { ...problem, type: terms.before }, solver.options);
    if (isMismatch(quantized)) return quantized;
    const rest = restOf(weight, quantized.value);
    if (isMismatch(rest)) return rest;
    const correction = storeLowRank(rest, terms.last, metric, statistics);
    if (isMismatch(correction)) return correction;
    return settle("low-rank-correction", metric, withLastTerm(terms, quantized.value, correction), problem);
  },
});
