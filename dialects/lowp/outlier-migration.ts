import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import type { FloatData, FloatTensor } from "../../compiler/numeric/tensor.ts";
import { linear } from "../nn/reference/linear.ts";
import { type ChannelTransform, scaledColumns, weightTimesShift } from "./channel-transform.ts";
import { dequantize } from "./dequantize.ts";
import { quantize } from "./quantize.ts";

/** z_j = (max_j + min_j) / 2, which centres every channel. */
export const centringShift = (minimum: Float64Array, maximum: Float64Array): Float64Array =>
  minimum.map((low, channel) => (low + maximum[channel]!) / 2);

/** What the search for scales measures its candidates with. */
export interface MigrationProblem {
  /** Rows of the input [rows, K]. */
  readonly sample: FloatTensor;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly shift: Float64Array;
  /** The weights [N, K] that meet the input. */
  readonly weights: readonly FloatTensor[];
  /** The types that inputs and weights will be put into; none leaves them as they are. */
  readonly inputType: DialectType;
  readonly weightType: DialectType | undefined;
}

/**
 * Scales that bring every channel of x − z within a common bound t: s_j = max(1, max_j / t, min_j / −t). Of the bounds
 * from the largest magnitude down to 1, in max(100, magnitude / 0.5) steps, that with the least squared error of the
 * outputs when input and weights are quantized; of equals the largest. (Wei et al., Outlier Suppression+, 2023)
 */
export function migrationScales(problem: MigrationProblem): Float64Array | Mismatch {
  const { minimum, maximum, shift } = problem;
  const high = maximum.map((value, channel) => value - shift[channel]!);
  const low = minimum.map((value, channel) => value - shift[channel]!);
  const largest = Math.max(1, ...high, ...low.map((value) => -value));
  const wanted = problem.weights.map((weight) => linear(problem.sample, weight));
  const steps = Math.max(100, Math.floor(largest / 0.5));
  let best: Float64Array = high.map(() => 1);
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < (largest > 1 ? steps : 1); step++) {
    const bound = largest - (step / steps) * (largest - 1);
    const scale = high.map((value, channel) => Math.max(1, value / bound, low[channel]! / -bound));
    const error = outputError(problem, { scale, shift }, wanted);
    if (isMismatch(error)) return error;
    if (error >= least) continue;
    least = error;
    best = scale;
  }
  return best;
}

function outputError(
  { sample, weights, inputType, weightType }: MigrationProblem,
  transform: ChannelTransform,
  wanted: readonly FloatTensor[],
): number | Mismatch {
  const input = rounded({ shape: sample.shape, data: transformRows(sample.data, transform) }, inputType);
  if (isMismatch(input)) return input;
  let error = 0;
  for (const [i, weight] of weights.entries()) {
    const columns = Float32Array.from(scaledColumns(weight.data, transform));
    const stored = weightType
      ? rounded({ shape: weight.shape, data: columns }, weightType)
      : { shape: weight.shape, data: columns };
    if (isMismatch(stored)) return stored;
    const shape = [weight.shape[0]!];
    const bias = transform.shift && { shape, data: weightTimesShift(weight.data, transform.shift) };
    const { data } = linear(input, stored, bias);
    const reference = wanted[i]!.data;
    for (let at = 0; at < data.length; at++) error += (data[at]! - reference[at]!) ** 2;
  }
  return error;
}

/** (x − z) / s of rows of K channels, rounded once to f32. */
export function transformRows(data: FloatData, { scale, shift }: ChannelTransform): Float32Array {
  const channels = scale.length;
  return Float32Array.from(
    data,
    (value, at) => (value - (shift?.[at % channels] ?? 0)) / scale[at % channels]!,
  );
}

function rounded(tensor: FloatTensor, type: DialectType): FloatTensor | Mismatch {
  const value = quantize(tensor, type);
  return isMismatch(value) ? value : dequantize(value, "f32");
}
