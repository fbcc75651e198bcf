import type { InputStatistics } from "../../../compiler/define/solver.ts";

/** The statistics of some of the input channels, in the order given. */
export function selectChannels(
  { count, secondMoment, absoluteMaximum, absoluteMean, zeroShare }: InputStatistics,
  channels: Int32Array,
): InputStatistics {
  const take = (numbers: Float64Array): Float64Array =>
    Float64Array.from(channels, (channel) => numbers[channel]!);
  return {
    count,
    ...(secondMoment && { secondMoment: takeSquare(secondMoment, channels) }),
    ...(absoluteMaximum && { absoluteMaximum: take(absoluteMaximum) }),
    ...(absoluteMean && { absoluteMean: take(absoluteMean) }),
    ...(zeroShare && { zeroShare: take(zeroShare) }),
  };
}

function takeSquare(moment: Float64Array, channels: Int32Array): Float64Array {
  const [all, few] = [Math.sqrt(moment.length), channels.length];
  const taken = new Float64Array(few * few);
  for (const [row, from] of channels.entries())
    for (const [column, of] of channels.entries()) taken[row * few + column] = moment[from * all + of]!;
  return taken;
}
