import type { FloatData } from "../../compiler/numeric/tensor.ts";

/** x′ = (x − shift) / scale, by channel, in f64. */
export interface ChannelTransform {
  readonly scale: Float64Array;
  readonly shift?: Float64Array;
}

/** g / s: the norm gives x / s. */
export const scaledGain = (gain: FloatData, { scale }: ChannelTransform): Float64Array =>
  Float64Array.from(gain, (value, channel) => value / scale[channel]!);

/** (b − z) / s: the norm gives (x − z) / s. */
export const shiftedNormBias = (bias: FloatData, { scale, shift }: ChannelTransform): Float64Array =>
  Float64Array.from(bias, (value, channel) => (value - (shift?.[channel] ?? 0)) / scale[channel]!);

/** W · diag(s), for a weight [N, K]. */
export const scaledColumns = (weight: FloatData, { scale }: ChannelTransform): Float64Array =>
  Float64Array.from(weight, (value, at) => value * scale[at % scale.length]!);

/** diag(s)⁻¹ · W, for a weight [N, K] whose outputs the channels are, or its bias [N]. */
export const dividedRows = (weight: FloatData, { scale }: ChannelTransform): Float64Array => {
  const columns = weight.length / scale.length;
  return Float64Array.from(weight, (value, at) => value / scale[Math.floor(at / columns)]!);
};

/** W z, for a weight [N, K] before its columns are scaled; sums in the order of the channels. */
export function weightTimesShift(weight: FloatData, shift: Float64Array): Float64Array {
  const channels = shift.length;
  const sums = new Float64Array(weight.length / channels);
  for (let at = 0; at < weight.length; at++)
    sums[Math.floor(at / channels)]! += weight[at]! * shift[at % channels]!;
  return sums;
}
