import { allocationSolvers } from "../../../compiler/allocation/solvers/index.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { fail } from "../../../compiler/diagnostics/diagnostic.ts";
import { int, listOf, oneOf, optional, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { measuredProblem } from "../../lowp/allocation/module-problem.ts";
import { decide } from "../../lowp/allocation/plan.ts";
import { sensitivities } from "../../lowp/allocation/sensitivity.ts";
import { tieKinds } from "../../lowp/allocation/ties.ts";
import { prunableWeights } from "../prunable-weights.ts";
import { DAMPING, scoreOptions } from "../prune-options.ts";
import { prunePatternSchema } from "../prune-pattern.ts";
import { sharesProblems, zeroBudgets, zeroWords } from "../share-budgets.ts";
import { shareChanges } from "../share-changes.ts";

/**
 * Chooses for each weight of a linear op or convolution one of some shares of zeros, so that the sum of what each of
 * them alone does to the program is least within a budget of numbers that are kept, or of bytes as `pack-sparsity`
 * would store them. The choice is written beside the weight, as `sparsity`; `prune{sparsity=allocated}` with the same
 * pattern and score carries it out. (RD pruning, Xu et al., arXiv 2308.10438)
 */
export const allocateSparsity = definePass({
  name: "allocate-sparsity",
  summary:
    "Chooses for each weight how much of it is to become zero, the least harm within a budget, and writes it beside the weight.",
  options: {
    shares: listOf(real()),
    pattern: prunePatternSchema,
    ...scoreOptions,
    sparsity: optional(real({ above: 0 })), // no more is kept than prune keeps with this share for all weights
    bytes: optional(int({ min: 1 })), // of all weights as pack-sparsity would store them
    sensitivity: withDefault(oneOf(...sensitivities.map(({ name }) => name)), "weight-error"),
    solver: withDefault(oneOf(...allocationSolvers.map(({ name }) => name)), "ilp"),
    ties: withDefault(oneOf(...tieKinds), "none"),
    interactions: withDefault(oneOf("none", "neighbours"), "none"),
    rounds: withDefault(int({ min: 1 }), 1), // of measuring, from the second on about the best plan so far
    only: withDefault(listOf(string), ["*"]), // names of parameters, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exact" },
  explains: "weights of linear ops and convolutions",
  async run(module, { shares, pattern, score, damping, ...given }, context) {
    const { sparsity, bytes, sensitivity, rounds } = given;
    const [refused] = sharesProblems({ shares, pattern, score, damping, sparsity, bytes });
    if (refused) return fail({ severity: "error", span: undefined, ...refused });
    const selection = { pattern, planned: false, only: given.only, skip: given.skip, rule: "allocate" };
    const weights = prunableWeights(module, selection, context);
    if (!weights.ok) return weights;
    const goal = { pattern, score, damping: damping ?? DAMPING };
    const changes = shareChanges(shares, goal);
    const candidates = weights.value.map((weight) => ({ weight, choices: changes }));
    const built = await measuredProblem(module, candidates, given, context);
    if (!built.ok) return built;
    const budgets = zeroBudgets(weights.value, { sparsity, bytes }, goal);
    const solver = allocationSolvers.find(({ name }) => name === given.solver)!;
    const words = zeroWords(weights.value, { sparsity });
    return decide(module, built.value, { budgets, words, solver, sensitivity, rounds }, context);
  },
});
