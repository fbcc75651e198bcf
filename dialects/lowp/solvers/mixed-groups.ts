import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type WeightProblem } from "../../../compiler/define/solver.ts";
import { int, oneOf, real, withDefault } from "../../../compiler/schema/schema.ts";
import { problemsInShape } from "../types.ts";
import { type GroupScales, groupGains, groupRanges, roundGroups } from "./group-scores.ts";
import { sweepGroups } from "./group-sweep.ts";
import { type GroupTerms, joinGroups, readGroupTerms, shareOut, type TermGroups } from "./group-terms.ts";
import { settle, statisticMissing, wrongMoment } from "./losses.ts";
import { type Metric, metricOption } from "./low-rank-term.ts";
import { someShare } from "./outlier-rule.ts";
import { chooseWideGroups, wideCount } from "./wide-groups.ts";

/**
 * Gives the groups of a weight that need it most the wider of two types. All tiles have as many wide groups, so that
 * they are stored in the same number of bytes, in whole transactions of memory where their size allows.
 * (Li et al., Enabling Fast 2-bit LLM on GPUs, arXiv 2311.16442)
 */
export const mixedGroups = defineSolver({
  name: "mixed-groups",
  summary: "Give the groups with the largest range the last of two terms !lowp.sparse<group G, …>.",
  options: {
    /** Share of the groups to be wide. */
    share: withDefault(someShare, 0.15),
    /** range: those of largest max − min. gain: those with the most error in the narrow type over that in the wide one. */
    by: withDefault(oneOf("range", "gain"), "range"),
    /** output: by what the outputs are off on the calibration data; ranges by range² · H_jj. */
    metric: metricOption,
    /** mse: ranges are clipped to the least squared error. */
    scales: withDefault(oneOf("absmax", "mse"), "absmax"),
    /** gptq: column by column, making up for errors in the columns that follow. */
    rounding: withDefault(oneOf("nearest", "gptq"), "nearest"),
    /** Of gptq, in units of the mean of the diagonal of H. */
    damping: withDefault(real({ above: 0 }), 0.01),
    /** Rows and groups of a row that have a fixed number of wide groups among them. */
    tile_rows: withDefault(int({ min: 1 }), 32),
    tile_groups: withDefault(int({ min: 1 }), 16),
  },
  needs: [],
  needsFor: (options) => (isAboutOutputs(options) ? ["secondMoment"] : []),
  solve(problem, options) {
    const terms = readGroupTerms(problem.type);
    if (isMismatch(terms)) return terms;
    const groups = groupsByTerm(problem, terms, options);
    if (isMismatch(groups)) return groups;
    const join = (stored: Stored): CompositeValue | Mismatch =>
      isMismatch(stored) ? stored : joinGroups(problem.weight, terms, groups, stored);
    const value = join(fillGroups(problem, groups, { ...options, size: terms.size }));
    if (isMismatch(value)) return value;
    const nearest = join(roundEach(groups, "absmax"));
    return settle("mixed-groups", isAboutOutputs(options) ? "output" : "weight", value, problem, nearest);
  },
});

/** What each term stores. */
type Stored = readonly CompositeValue[] | Mismatch;

interface MixedGroupsOptions {
  readonly share: number;
  readonly by: "range" | "gain";
  readonly metric: Metric;
  readonly scales: GroupScales;
  readonly rounding: "nearest" | "gptq";
  readonly damping: number;
  readonly tile_rows: number;
  readonly tile_groups: number;
}

const isAboutOutputs = ({ metric, rounding }: Pick<MixedGroupsOptions, "metric" | "rounding">): boolean =>
  metric === "output" || rounding === "gptq";

/** Chooses the term of each group. */
function groupsByTerm(
  { weight, type, statistics }: WeightProblem,
  terms: GroupTerms,
  options: MixedGroupsOptions,
): readonly TermGroups[] | Mismatch {
  const [problem] = problemsInShape(type, weight.shape);
  if (problem) return problem;
  const columns = weight.shape.at(-1)!;
  const moment = isAboutOutputs(options) ? statistics?.secondMoment : undefined;
  if (moment && moment.length !== columns ** 2) return wrongMoment(moment, columns);
  const scoring = options.metric === "output" ? moment : undefined;
  const scores =
    options.by === "range"
      ? groupRanges(weight, terms.size, scoring)
      : groupGains(weight, terms, options.scales, scoring);
  if (isMismatch(scores)) return scores;
  const bits = [terms.terms[0].bits, terms.terms[1].bits] as const;
  const tiles = { rows: options.tile_rows, groups: options.tile_groups };
  const isWide = chooseWideGroups(scores, columns / terms.size, tiles, (groups) =>
    wideCount(groups, options.share, { size: terms.size, bits }),
  );
  return shareOut(weight, terms, isWide);
}

function fillGroups(
  { weight, statistics }: WeightProblem,
  groups: readonly TermGroups[],
  options: MixedGroupsOptions & { readonly size: number },
): Stored {
  if (options.rounding === "nearest") return roundEach(groups, options.scales);
  const moment = statistics?.secondMoment;
  return moment
    ? sweepGroups(weight, groups, moment, options)
    : statisticMissing("mixed-groups", "secondMoment");
}

function roundEach(groups: readonly TermGroups[], scales: GroupScales): Stored {
  const stored: CompositeValue[] = [];
  for (const { weight, term } of groups) {
    const value = roundGroups(weight, term.stored, scales);
    if (isMismatch(value)) return value;
    stored.push(value);
  }
  return stored;
}
