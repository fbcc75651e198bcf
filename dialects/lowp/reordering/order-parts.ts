import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import { invertSymmetric } from "../../../compiler/numeric/cholesky.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { prepareMoment } from "../solvers/second-moment.ts";

/** What calibration saw of n channels, and what follows from it; f64[n] each, those that were asked for. */
export interface ChannelInputs {
  /** Largest |x|. */
  readonly largest?: Float64Array;
  /** Mean of x². */
  readonly meanSquare?: Float64Array;
  /** Diagonal of the inverse second moment of all inputs of the weight, damped as for GPTQ. */
  readonly inverse?: Float64Array;
}

/** Columns of a weight [R, n] at the channels to be ordered, and their inputs, where they are known. */
export interface WeightRun {
  readonly weight: FloatTensor;
  readonly inputs: ChannelInputs;
}

/** A weight that meets the channels: once, or once for each of several heads that are ordered alike. */
export type OrderPart = readonly WeightRun[];

const DAMPING = 0.01;

/** The numbers of all K inputs of a weight that objectives use. Code: `not-positive-definite`. */
export function channelInputs(
  { absoluteMaximum, secondMoment }: InputStatistics,
  withInverse: boolean,
): ChannelInputs | Mismatch {
  if (!secondMoment) return absoluteMaximum ? { largest: absoluteMaximum } : {};
  const channels = Math.sqrt(secondMoment.length);
  const diagonal = (matrix: Float64Array) =>
    Float64Array.from({ length: channels }, (_, channel) => matrix[channel * (channels + 1)]!);
  const inputs = { ...(absoluteMaximum && { largest: absoluteMaximum }), meanSquare: diagonal(secondMoment) };
  if (!withInverse) return inputs;
  const prepared = prepareMoment(secondMoment, channels, { damping: DAMPING, order: "natural" });
  if (isMismatch(prepared)) return prepared;
  const inverse = invertSymmetric(prepared.moment, channels);
  return inverse
    ? { ...inputs, inverse: diagonal(inverse) }
    : { code: "not-positive-definite", message: "the second moment has no inverse to working precision" };
}

/** The numbers of some of the channels. */
export const inputsAt = (
  { largest, meanSquare, inverse }: ChannelInputs,
  channels: ArrayLike<number>,
): ChannelInputs => ({
  ...(largest && { largest: taken(largest, channels) }),
  ...(meanSquare && { meanSquare: taken(meanSquare, channels) }),
  ...(inverse && { inverse: taken(inverse, channels) }),
});

const taken = (numbers: Float64Array, at: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: at.length }, (_, place) => numbers[at[place]!]!);

/** What meets some channels along an axis of a matrix: its columns [N, n] along axis 1, its rows turned along axis 0. */
export function runOf(
  { shape: [rows = 0, columns = 0], data }: FloatTensor,
  axis: number,
  channels: ArrayLike<number>,
): FloatTensor {
  const count = channels.length;
  const others = axis === 1 ? rows : columns;
  const run = new Float64Array(others * count);
  for (let other = 0; other < others; other++)
    for (let place = 0; place < count; place++) {
      const channel = channels[place]!;
      run[other * count + place] = data[axis === 1 ? other * columns + channel : channel * columns + other]!;
    }
  return { shape: [others, count], data: run };
}
