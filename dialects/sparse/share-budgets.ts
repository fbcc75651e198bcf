import type { AllocationProblem } from "../../compiler/allocation/problem.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { type CostWords, weightWords } from "../lowp/allocation/cost-words.ts";
import { totalElements } from "../lowp/allocation/module-problem.ts";
import type { ParamOp } from "../lowp/params.ts";
import { matrixShape } from "./prunable-weights.ts";
import { dampingProblems, shareProblems } from "./prune-options.ts";
import { describePattern, type PrunePattern, prunePatternProblems } from "./prune-pattern.ts";
import { countPruned, type PruneGoal } from "./prune-weight.ts";

/** How much may stay, as the user says it; at least one of them. */
export interface ShareBudgets {
  /** Share of zeros on average: no more is kept than with this share for all weights. */
  readonly sparsity: number | undefined;
  /** Of all weights as `pack-sparsity` would store them. */
  readonly bytes: number | undefined;
}

/**
 * What is wrong with the options of an allocation. Codes: those of the pattern, `sparse-pattern` for N:M, `no-shares`,
 * `share-twice`, `sparsity` for what is no share, `no-budget`, `no-effect`.
 */
export function sharesProblems({
  shares,
  pattern,
  score,
  damping,
  sparsity,
  bytes,
}: ShareBudgets &
  Pick<PruneGoal, "score"> & {
    readonly shares: readonly number[];
    readonly pattern: PrunePattern;
    readonly damping: number | undefined;
  }): readonly Mismatch[] {
  return [
    ...prunePatternProblems(pattern),
    ...(pattern.kind === "nm" ? [fixedShare(pattern)] : []),
    ...(shares.length === 0 ? [noShares] : []),
    ...shares.flatMap((share, at) => listedProblems(share, shares.indexOf(share) < at)),
    ...(sparsity === undefined ? [] : shareProblems(sparsity)),
    ...(sparsity === undefined && bytes === undefined ? [noBudget] : []),
    ...dampingProblems(score, damping),
  ];
}

const noShares = mismatch("no-shares", "there are no shares of zeros to choose from", {
  hint: "list them: shares=[0.3, 0.4, 0.5, 0.6, 0.7]",
});

const noBudget = mismatch(
  "no-budget",
  "nothing limits what is kept, so the smallest share would always be chosen",
  {
    hint: "say sparsity=0.5 for half of the numbers on average, or bytes=…",
  },
);

const fixedShare = (pattern: PrunePattern): Mismatch =>
  mismatch("sparse-pattern", `${describePattern(pattern)} says by itself how many weights stay`, {
    hint: "use pattern = unstructured or group<16>",
  });

function listedProblems(share: number, isTwice: boolean): readonly Mismatch[] {
  if (!(share >= 0 && share < 1))
    return [mismatch("sparsity", `shares lists ${share}, expected shares from 0 to below 1`)];
  return isTwice
    ? [mismatch("share-twice", `shares lists ${share} twice`, { hint: "list each share once" })]
    : [];
}

/** The largest totals by metric: `kept` numbers, and `bytes`. */
export function zeroBudgets(
  weights: readonly ParamOp[],
  { sparsity, bytes }: ShareBudgets,
  goal: Omit<PruneGoal, "sparsity">,
): AllocationProblem["budgets"] {
  const kept = (share: number) =>
    weights.reduce((sum, weight) => {
      const [rows, columns] = matrixShape(weight);
      return sum + rows * columns - countPruned(rows, columns, { ...goal, sparsity: share });
    }, 0);
  return { ...(sparsity !== undefined && { kept: kept(sparsity) }), ...(bytes !== undefined && { bytes }) };
}

/** Words on shares of zeros of these weights. */
export function zeroWords(
  weights: readonly ParamOp[],
  { sparsity }: Pick<ShareBudgets, "sparsity">,
): CostWords {
  const elements = totalElements(weights);
  const zeros = (kept: number, of: number) => percent((of - kept) / of);
  return {
    items: weightWords,
    total: ({ kept = 0 }) => `${zeros(kept, elements)} zeros on average`,
    each: ({ costs }, numbers) => `${zeros(costs?.kept ?? 0, numbers)} zero`,
    price: (metric, price) =>
      metric === "kept"
        ? { more: "percent of the numbers", saved: (price * elements) / 100 }
        : { more: `of ${metric}`, saved: price },
    shortage: (metric, least, allowed) =>
      metric === "kept"
        ? `keep at least ${percent(least / elements)} of all numbers, allowed are ${percent(allowed / elements)}`
        : `take at least ${least} ${metric}, allowed are ${allowed}`,
    remedy(budgets) {
      const all = Object.entries(budgets).map(([metric, { least }]) =>
        metric === "kept" ? `keep at least ${percent(least / elements)}` : `take at least ${least} ${metric}`,
      );
      const less = sparsity === undefined ? "allow more" : "ask for fewer zeros";
      return `all weights together ${all.join(" and ")}; add larger shares, or ${less}`;
    },
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
