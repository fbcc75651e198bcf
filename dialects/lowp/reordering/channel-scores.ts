import type { Statistic } from "../../../compiler/define/solver.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { OrderPart, WeightRun } from "./order-parts.ts";

/**
 * How loud a channel is. weights: Σ w² of the column that meets it. inputs: its largest |x|, squared. product: Σ w²
 * times its mean x², what it adds to the outputs. moment: its mean x² alone.
 */
export const loudnesses = ["weights", "inputs", "product", "moment"] as const;
export type Loudness = (typeof loudnesses)[number];

/** What a loudness has to know of the inputs. */
export const loudnessNeeds: Readonly<Record<Loudness, readonly Statistic[]>> = {
  weights: [],
  inputs: ["absoluteMaximum"],
  product: ["secondMoment"],
  moment: ["secondMoment"],
};

const measures: Readonly<Record<Loudness, (run: WeightRun) => Float64Array>> = {
  weights: columnSquares,
  inputs: ({ inputs: { largest } }) => known(largest).map((value) => value * value),
  product(run) {
    const squares = known(run.inputs.meanSquare);
    return columnSquares(run).map((sum, channel) => sum * squares[channel]!);
  },
  moment: ({ inputs: { meanSquare } }) => known(meanSquare),
};

const known = (numbers: Float64Array | undefined): Float64Array =>
  numbers ?? unreachable("what a loudness needs was measured");

function columnSquares({ weight: { shape, data } }: WeightRun): Float64Array {
  const channels = shape[1]!;
  const sums = new Float64Array(channels);
  for (let at = 0; at < data.length; at++) sums[at % channels]! += data[at]! ** 2;
  return sums;
}

/** The loudness of every channel f64[n], the mean over the parts that meet it, in each of which the mean is 1. */
export function channelLoudness(parts: readonly OrderPart[], loudness: Loudness): Float64Array {
  const measured = parts.map((part) => {
    const runs = part.map(measures[loudness]);
    const sum = runs.reduce((total, run) => total + run.reduce((own, value) => own + value, 0), 0);
    const mean = sum / runs.reduce((total, run) => total + run.length, 0) || 1;
    return runs[0]!.map((_, channel) =>
      runs.reduce((own, run) => own + run[channel]! / mean / runs.length, 0),
    );
  });
  return measured[0]!.map((_, channel) =>
    measured.reduce((total, part) => total + part[channel]! / measured.length, 0),
  );
}

/**
 * How far channels reach f64[n]: their largest |x| over the median one of the same inputs, the largest of all inputs
 * that have them. The median is the lower of two.
 */
export function channelReach(parts: readonly OrderPart[]): Float64Array {
  const runs = parts.flat().map(({ inputs }) => {
    const largest = known(inputs.largest);
    const median = largest.toSorted()[Math.floor((largest.length - 1) / 2)] || 1;
    return largest.map((value) => value / median);
  });
  return runs[0]!.map((_, channel) => Math.max(...runs.map((run) => run[channel]!)));
}
