import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type WeightProblem } from "../../../compiler/define/solver.ts";
import { int, withDefault } from "../../../compiler/schema/schema.ts";
import type { BoundSolver } from "../passes/solver-choice.ts";
import { restOf } from "../quantize-terms.ts";
import { solveWeight } from "./driver.ts";
import { innerNeeds, innerSolver } from "./inner-solver.ts";
import { type LastTerm, readLastTerm, withLastTerm } from "./last-term.ts";
import { outputLoss, settle, weightLoss } from "./losses.ts";
import {
  type LowRankType,
  lowRankTerm,
  type Metric,
  metricNeeds,
  metricOption,
  storeLowRank,
} from "./low-rank-term.ts";

/**
 * Alternates between the low-rank term of what the codes leave and the codes of what the low-rank term leaves, from
 * the low-rank term of the weight on, until the error rises or falls by less than a thousandth.
 * (LQ-LoRA: Guo et al., arXiv 2311.12023, algorithm 1)
 */
export const alternateLowRank = defineSolver({
  name: "alternate-low-rank",
  summary: "Find codes and a last term !lowp.lowrank in turns, each for what the other leaves.",
  options: {
    /** For the terms before. */
    solver: innerSolver,
    /** output: both serve the outputs on the calibration data. */
    metric: metricOption,
    /** Most turns. */
    turns: withDefault(int({ min: 1 }), 16),
  },
  needs: [],
  needsFor: ({ solver, metric }) => [...innerNeeds({ solver }), ...metricNeeds(metric)],
  solve(problem, { solver, metric, turns }) {
    const terms = readLastTerm("alternate-low-rank", problem.type, lowRankTerm);
    if (isMismatch(terms)) return terms;
    const last = [...alternate(problem, { terms, solver, metric, turns })].at(-1)!;
    return isMismatch(last) ? last : settle("alternate-low-rank", metric, last.value, problem);
  },
});

const leastGain = 1e-3;

/** What the alternation is to do. */
export interface Alternation {
  readonly terms: LastTerm<LowRankType>;
  readonly solver: BoundSolver;
  readonly metric: Metric;
  readonly turns: number;
}
export interface Turn {
  readonly value: CompositeValue;
  readonly loss: number;
}

/** The values after each half turn that lowers the loss; a mismatch is the last one. */
export function* alternate(
  problem: WeightProblem,
  { terms, solver, metric, turns }: Alternation,
): Generator<Turn | Mismatch, void> {
  const { weight, statistics } = problem;
  let lowRank = storeLowRank(weight, terms.last, metric, statistics);
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < turns; turn++) {
    if (isMismatch(lowRank)) return yield lowRank;
    const withoutLowRank = restOf(weight, lowRank);
    if (isMismatch(withoutLowRank)) return yield withoutLowRank;
    const codes = solveWeight(
      solver.solver,
      { ...problem, weight: withoutLowRank, type: terms.before },
      solver.options,
    );
    if (isMismatch(codes)) return yield codes;
    const withoutCodes = restOf(weight, codes.value);
    if (isMismatch(withoutCodes)) return yield withoutCodes;
    const next = storeLowRank(withoutCodes, terms.last, metric, statistics);
    if (isMismatch(next)) return yield next;
    const before = least;
    for (const term of [lowRank, next]) {
      const value = withLastTerm(terms, codes.value, term);
      const loss = lossOf(problem, metric, value);
      if (isMismatch(loss)) return yield loss;
      if (!(loss < least)) continue;
      least = loss;
      yield { value, loss };
    }
    if (!(least < before * (1 - leastGain))) return;
    lowRank = next;
  }
}

const lossOf = ({ weight, statistics }: WeightProblem, metric: Metric, value: CompositeValue) =>
  metric === "weight"
    ? weightLoss(weight, value)
    : outputLoss(weight, value, statistics?.secondMoment ?? new Float64Array());
