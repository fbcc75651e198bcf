import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

/** Inputs [rows, K], Gaussian, with channel j multiplied by factor(j) and moved by offset(j). */
export function inputsOf(
  shape: readonly [number, number],
  seed: number,
  factor: (channel: number) => number,
  offset: (channel: number) => number = () => 0,
): FloatTensor {
  const { data } = gaussianTensor(shape, seed);
  const channels = shape[1];
  return {
    shape,
    data: Float32Array.from(data, (x, at) => x * factor(at % channels) + offset(at % channels)),
  };
}

/** Smallest and largest value of each channel. */
export function channelRanges({ shape, data }: FloatTensor): {
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly absoluteMaximum: Float64Array;
} {
  const channels = shape[1]!;
  const minimum = new Float64Array(channels).fill(Infinity);
  const maximum = new Float64Array(channels).fill(-Infinity);
  data.forEach((x: number, at: number) => {
    minimum[at % channels] = Math.min(minimum[at % channels]!, x);
    maximum[at % channels] = Math.max(maximum[at % channels]!, x);
  });
  return { minimum, maximum, absoluteMaximum: maximum.map((high, j) => Math.max(high, -minimum[j]!)) };
}

/** A tensor after being put into a type. */
export const through = (tensor: FloatTensor, type: string): FloatTensor => {
  const value = quantize(tensor, lowpType(type));
  return right<FloatTensor>(isMismatch(value) ? value : (dequantize(value, "f32") as FloatTensor | Mismatch));
};

/** 10 log₁₀ (Σ y² / Σ (y − y′)²) in dB. */
export function sqnr(wanted: FloatTensor, found: FloatTensor): number {
  let [signal, noise] = [0, 0];
  for (let at = 0; at < wanted.data.length; at++) {
    signal += wanted.data[at]! ** 2;
    noise += (wanted.data[at]! - found.data[at]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** A product x Wᵀ + b. */
export const product = (input: FloatTensor, weight: FloatTensor, bias?: FloatTensor): FloatTensor =>
  linear(input, weight, bias);

/** Largest difference over the largest magnitude. */
export function relativeDifference(wanted: FloatTensor, found: FloatTensor): number {
  let [difference, largest] = [0, 0];
  for (let at = 0; at < wanted.data.length; at++) {
    difference = Math.max(difference, Math.abs(wanted.data[at]! - found.data[at]!));
    largest = Math.max(largest, Math.abs(wanted.data[at]!));
  }
  return difference / largest;
}

export const asDouble = ({ shape, data }: FloatTensor): FloatTensor => ({
  shape,
  data: Float64Array.from(data),
});
