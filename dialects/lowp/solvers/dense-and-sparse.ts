import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type InputStatistics } from "../../../compiler/define/solver.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { real, type Schema, withDefault } from "../../../compiler/schema/schema.ts";
import { store } from "../quantize.ts";
import { restOf } from "../quantize-terms.ts";
import { sparse } from "../types.ts";
import { solveWeight } from "./driver.ts";
import { innerNeeds, innerSolver } from "./inner-solver.ts";
import { readLastTerm, withLastTerm } from "./last-term.ts";
import { settle, wrongMoment } from "./losses.ts";

/** A share of weights or groups, from 0 to 1. */
export const someShare: Schema<number> = {
  ...real(),
  describe: "number from 0 to 1",
  decode: (literal) => {
    const share = real().decode(literal);
    return share !== undefined && share >= 0 && share <= 1 ? share : undefined;
  },
};

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
    /** Share of the weights to take out by magnitude. */
    outliers: withDefault(someShare, 0.0045),
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

/** 1 at the weights that are taken out; by sensitivity first, then by magnitude of what is left. */
function takeOut(
  { shape, data }: FloatTensor,
  { outliers, sensitive }: { readonly outliers: number; readonly sensitive: number },
  statistics: InputStatistics | undefined,
): Uint8Array | Mismatch {
  const taken = new Uint8Array(data.length);
  const columns = shape.at(-1) ?? 1;
  const moment = statistics?.secondMoment;
  if (sensitive > 0 && moment) {
    if (moment.length !== columns ** 2) return wrongMoment(moment, columns);
    const squares = Float64Array.from(data, (x, at) => x * x * moment[(at % columns) * (columns + 1)]!);
    mark(taken, squares, sensitive);
  }
  mark(taken, Float64Array.from(data, Math.abs), outliers);
  if (taken.includes(1) || data.length === 0) return taken;
  return mismatch(
    "no-outliers",
    `outliers = ${outliers} and sensitive = ${sensitive} take out none of ${data.length} weights`,
    { hint: "give larger shares, or a type without the sparse term" },
  );
}

/** Marks a share of all, rounded down, of what is not yet marked: the largest scores, of equals the first. */
function mark(taken: Uint8Array, scores: Float64Array, share: number): void {
  const order = Array.from(scores, (_, at) => at).sort(
    (one, other) => scores[other]! - scores[one]! || one - other,
  );
  const count = Math.floor(share * scores.length);
  for (const at of order.filter((candidate) => taken[candidate] === 0).slice(0, count)) taken[at] = 1;
}
