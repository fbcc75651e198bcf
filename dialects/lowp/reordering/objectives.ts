import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Statistic } from "../../../compiler/define/solver.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Permutation } from "../permutation.ts";
import type { Pattern } from "../sparse-kind.ts";
import { runProblems } from "../sparse-kind-laws.ts";
import { channelLoudness, channelReach, type Loudness, loudnessNeeds } from "./channel-scores.ts";
import { swapChannels } from "./channel-swaps.ts";
import type { OrderPart } from "./order-parts.ts";
import { blocksTouched, fallingOrder, groupAlike, outliersFirst } from "./orders.ts";
import { type Saliency, saliencyNeeds, stackedSaliency } from "./saliency.ts";
import { retainedSum } from "./stripe-sums.ts";

/** What channels are put in order for. */
export type Objective =
  /** Channels of like magnitude share a block. (A F13) */
  | { readonly kind: "outlier-grouping"; readonly block: number; readonly loudness: Loudness }
  /** Columns stand as GPTQ rounds them by activation. (A1) */
  | { readonly kind: "act-order" }
  /** Outliers of the inputs fill the first blocks. (A12, B15) */
  | { readonly kind: "outlier-blocks"; readonly block: number; readonly factor: number }
  /** N:M sparsity keeps most of the weights. (B21) */
  | {
      readonly kind: "retained-magnitude";
      readonly pattern: Pattern;
      readonly saliency: Saliency;
      readonly escapes: number;
      readonly seed: number;
    };

/** What an objective has to know of the inputs. */
export function statisticsFor(objective: Objective): readonly Statistic[] {
  switch (objective.kind) {
    case "outlier-grouping":
      return loudnessNeeds[objective.loudness];
    case "act-order":
      return loudnessNeeds.moment;
    case "outlier-blocks":
      return loudnessNeeds.inputs;
    case "retained-magnitude":
      return saliencyNeeds[objective.saliency];
    default:
      return unreachable(`objective ${objective satisfies never}`);
  }
}

/** An order of channels, and the figures it changes, which add up over places. */
export interface ChosenOrder {
  readonly perm: Permutation;
  readonly figures: readonly number[];
}

/** The order of n channels that weights meet, by an objective. Codes: `sparse-divides`, `sparse-pattern`. */
export function chooseOrder(parts: readonly OrderPart[], objective: Objective): ChosenOrder | Mismatch {
  switch (objective.kind) {
    case "outlier-grouping": {
      const perm = groupAlike(channelLoudness(parts, objective.loudness), objective.block);
      const spreads = [undefined, perm].map((order) => blockSpread(parts, order, objective.block));
      return { perm, figures: spreads };
    }
    case "act-order":
      return { perm: fallingOrder(channelLoudness(parts, "moment")), figures: [] };
    case "outlier-blocks":
      return outlierOrder(parts, objective);
    case "retained-magnitude":
      return sparseOrder(parts, objective);
    default:
      return unreachable(`objective ${objective satisfies never}`);
  }
}

/** What an order changes from what to what, in words. */
export function describeFigures(objective: Objective, figures: readonly number[]): string {
  const [first = 0, second = 0, third = 0, fourth = 0] = figures;
  switch (objective.kind) {
    case "outlier-grouping":
      return `Σ of squared block ranges ${decibels(10 * Math.log10(second / first))}`;
    case "act-order":
      return "by falling second moment";
    case "outlier-blocks":
      return `${first} outliers in ${third} instead of ${second} of ${fourth} blocks`;
    case "retained-magnitude": {
      const { kept, of } = objective.pattern;
      return `${kept}:${of} keeps ${(second / third).toFixed(3)} instead of ${(first / third).toFixed(3)}`;
    }
    default:
      return unreachable(`objective ${objective satisfies never}`);
  }
}

const decibels = (change: number): string =>
  Number.isFinite(change) ? `${change <= 0 ? "−" : "+"}${Math.abs(change).toFixed(2)} dB` : "0 dB";

/** Σ over rows and blocks of length · max w²: what round to nearest of absmax blocks loses is proportional to it. */
function blockSpread(parts: readonly OrderPart[], perm: Permutation | undefined, block: number): number {
  let total = 0;
  for (const {
    weight: { shape, data },
  } of parts.flat()) {
    const [rows = 0, channels = 0] = shape;
    for (let row = 0; row < rows; row++)
      for (let start = 0; start < channels; start += block) {
        const end = Math.min(start + block, channels);
        let largest = 0;
        for (let place = start; place < end; place++)
          largest = Math.max(largest, data[row * channels + (perm ? perm.data[place]! : place)]! ** 2);
        total += largest * (end - start);
      }
  }
  return total;
}

function outlierOrder(
  parts: readonly OrderPart[],
  objective: Extract<Objective, { readonly kind: "outlier-blocks" }>,
): ChosenOrder {
  const reach = channelReach(parts);
  const { perm, outliers } = outliersFirst(reach, objective);
  const loudest = new Set(fallingOrder(reach).data.subarray(0, outliers));
  const natural = { shape: perm.shape, data: perm.data.toSorted() };
  const touched = (order: Permutation): number =>
    blocksTouched(order, (channel) => loudest.has(channel), objective.block);
  const blocks = Math.ceil(reach.length / objective.block);
  return { perm, figures: [outliers, touched(natural), touched(perm), blocks] };
}

function sparseOrder(
  parts: readonly OrderPart[],
  { pattern, saliency, escapes, seed }: Extract<Objective, { readonly kind: "retained-magnitude" }>,
): ChosenOrder | Mismatch {
  const worth = stackedSaliency(parts, saliency);
  const channels = worth.shape[1]!;
  const name = `${pattern.kept}:${pattern.of}`;
  const [problem] = runProblems(pattern.of, name, 1, channels);
  if (problem) return problem;
  if (pattern.kept >= pattern.of)
    return mismatch("sparse-pattern", `${name} keeps everything, expected n < m in n:m`);
  const { perm } = swapChannels(worth, { ...pattern, escapes, seed });
  const total = retainedSum(worth, perm.data, { kept: pattern.of, of: pattern.of });
  const sums = [perm.data.toSorted(), perm.data].map((order) => retainedSum(worth, order, pattern));
  return { perm, figures: [...sums, total] };
}
