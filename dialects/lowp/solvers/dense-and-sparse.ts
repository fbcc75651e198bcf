import { isMismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import { withDefault } from "../../../compiler/schema/schema.ts";
import { store } from "../quantize.ts";
import { restOf } from "../quantize-terms.ts";
import { sparse } from "../types.ts";
import { solveWeight } from "./driver.ts";
import { innerNeeds, innerSolver } from "./inner-solver.ts";
import { readLastTerm, withLastTerm } from "./last-term.ts";
import { settle } from "./losses.ts";
import { outlierRule, someShare, takeOut } from "./outlier-rule.ts";

/** How readLastTerm recognizes the sparse term. */
export const sparseTerm = {
  describe: "!lowp.sparse<csr, f16>",
  is: (type: Type): type is DialectType =>
    sparse.is(type) && (type.parameters.kind.kind === "csr" || type.parameters.kind.kind === "bitmap"),
};

/**
 * Takes the largest weights and those the outputs are most sensitive to out of the matrix, so that they do not widen
 * the ranges of their blocks, and holds what the rest leaves of them in a sparse term.
 * (Kim et al., SqueezeLLM, arXiv 2306.07629, §4.2)
 */
export const denseAndSparse = defineSolver({
  name: "dense-and-sparse",
  summary: "Hold outliers in a last term !lowp.sparse<csr, …> and solve for the others without them.",
  options: {
    /** Share of the weights to take out by magnitude, or how far beyond the quartiles they lie. */
    outliers: withDefault(outlierRule, 0.0045),
    /** Share to take out by w² · H_jj, which is what the outputs lose where the weight alone is dropped. */
    sensitive: withDefault(someShare, 0),
    /** For the terms before. */
    solver: innerSolver,
  },
  needs: [],
  needsFor: ({ solver, sensitive }) => [
    ...innerNeeds({ solver }),
    ...(sensitive > 0 ? (["secondMoment"] as const) : []),
  ],
  solve(problem, { outliers, sensitive, solver }) {
    const { weight, type, statistics } = problem;
    const terms = readLastTerm("dense-and-sparse", type, sparseTerm);
    if (isMismatch(terms)) return terms;
    const taken = takeOut(weight, { outliers, sensitive }, statistics);
    if (isMismatch(taken)) return taken;
    const others = { ...weight, data: weight.data.map((x, at) => (taken[at] === 1 ? 0 : x)) };
    const dense = solveWeight(
      solver.solver,
      { ...problem, weight: others, type: terms.before },
      solver.options,
    );
    if (isMismatch(dense)) return dense;
    const rest = restOf(weight, dense.value);
    if (isMismatch(rest)) return rest;
    const kept = store({ ...rest, data: rest.data.map((x, at) => (taken[at] === 1 ? x : 0)) }, terms.last);
    if (isMismatch(kept)) return kept;
    const value = withLastTerm(terms, dense.value, kept);
    return settle("dense-and-sparse", dense.report.objective, value, problem);
  },
});
