import type { Statistic } from "../../../compiler/define/solver.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { OrderPart, WeightRun } from "./order-parts.ts";

/**
 * What a weight w_ij is worth. magnitude: |w|. wanda: |w| times the root mean square of its input. obs: w² / [H⁻¹]_jj,
 * the loss of leaving it out when the others of the row make up for it. (Sun et al., Wanda; Frantar & Alistarh,
 * SparseGPT)
 */
export const saliencies = ["magnitude", "wanda", "obs"] as const;
export type Saliency = (typeof saliencies)[number];

/** What a saliency has to know of the inputs. */
export const saliencyNeeds: Readonly<Record<Saliency, readonly Statistic[]>> = {
  magnitude: [],
  wanda: ["secondMoment"],
  obs: ["secondMoment"],
};

const factorsOf: Readonly<Record<Saliency, (run: WeightRun) => Float64Array | undefined>> = {
  magnitude: () => undefined,
  wanda: ({ inputs }) => known(inputs.meanSquare).map(Math.sqrt),
  obs: ({ inputs }) => known(inputs.inverse).map((variance) => 1 / variance),
};

const known = (numbers: Float64Array | undefined): Float64Array =>
  numbers ?? unreachable("what a saliency needs was measured");

/** The saliency of every weight of a run [R, n]. */
export function saliencyOf(run: WeightRun, saliency: Saliency): FloatTensor {
  const { shape, data } = run.weight;
  const factors = factorsOf[saliency](run);
  const channels = shape[1]!;
  const square = saliency === "obs";
  const worth = (value: number, at: number): number =>
    (square ? value * value : Math.abs(value)) * (factors ? factors[at % channels]! : 1);
  return { shape, data: Float64Array.from(data, worth) };
}

/**
 * The saliencies of all parts, one under another [ΣR, n]. Those of a part have mean 1, so that a weight of small
 * numbers counts as much as one of large ones.
 */
export function stackedSaliency(parts: readonly OrderPart[], saliency: Saliency): FloatTensor {
  const matrices = parts.flatMap((part) => withMeanOne(part.map((run) => saliencyOf(run, saliency))));
  const rows = matrices.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const channels = matrices[0]?.shape[1] ?? 0;
  const data = new Float64Array(rows * channels);
  let start = 0;
  for (const matrix of matrices) {
    data.set(matrix.data, start);
    start += matrix.data.length;
  }
  return { shape: [rows, channels], data };
}

function withMeanOne(matrices: readonly FloatTensor[]): readonly FloatTensor[] {
  let [sum, count] = [0, 0];
  for (const { data } of matrices) {
    count += data.length;
    for (const value of data) sum += value;
  }
  if (sum === 0) return matrices;
  return matrices.map(({ shape, data }) => ({
    shape,
    data: Float64Array.from(data, (value) => (value * count) / sum),
  }));
}
