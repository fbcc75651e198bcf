import { roundHalfEven } from "../../compiler/numeric/rounding.ts";
import type { ChannelTransform } from "./channel-transform.ts";

/** Scale and zero of every channel: value = scale · (code − zero). */
export interface ChannelScales {
  readonly scale: Float64Array;
  readonly zero: Float64Array;
}

/**
 * The scales and zeros with which each channel fills the codes [lowest, highest], its range widened to hold zero.
 * `affine`: by its ends, with an integer zero; else by its largest magnitude, with zero 0.
 */
export function channelScales(
  minimum: Float64Array,
  maximum: Float64Array,
  {
    bounds: [lowest, highest],
    affine,
  }: { readonly bounds: readonly [number, number]; readonly affine: boolean },
): ChannelScales {
  if (!affine) {
    const scale = minimum.map((low, channel) => Math.max(-low, maximum[channel]!, 0) / highest);
    return { scale, zero: new Float64Array(scale.length) };
  }
  const low = minimum.map((value) => Math.min(value, 0));
  const scale = low.map((value, channel) => (Math.max(maximum[channel]!, 0) - value) / (highest - lowest));
  const zero = scale.map((step, channel) =>
    step === 0 ? lowest : lowest + roundHalfEven(-low[channel]! / step),
  );
  return { scale, zero };
}

/** One scale and zero for all channels, and what makes their codes those that the channels have by themselves. */
export interface Reparameterization {
  readonly scale: number;
  readonly zero: number;
  readonly transform: ChannelTransform;
}

/**
 * s̃ = mean s, z̃ = the mean of z, rounded; r₁ = s / s̃ and r₂ = z − z̃. Then (x + s r₂) / r₁ has under (s̃, z̃) the codes
 * that x has under (s, z). Channels that are always zero are left out of the means and left alone. (Li et al., RepQ-ViT
 * and RepQuant, 2023–24)
 */
export function reparameterize({ scale, zero }: ChannelScales): Reparameterization {
  const live = [...scale.keys()].filter((channel) => scale[channel]! > 0);
  const mean = (values: Float64Array): number =>
    live.length === 0 ? 0 : live.reduce((sum, channel) => sum + values[channel]!, 0) / live.length;
  const [common, origin] = [mean(scale), roundHalfEven(mean(zero))];
  return {
    scale: common,
    zero: origin,
    transform: {
      scale: scale.map((step) => (step > 0 ? step / common : 1)),
      shift: scale.map((step, channel) => (step > 0 ? -step * (zero[channel]! - origin) : 0)),
    },
  };
}
