import { unreachable } from "../compiler/diagnostics/diagnostic.ts";
import type { FloatData, Tensor } from "../compiler/numeric/tensor.ts";

/** log softmax of one row of logits [rows, classes], in f64. */
export function logProbabilities({ shape, data }: Tensor<FloatData>, row: number): Float64Array {
  const width = shape[1]!;
  const logits = Float64Array.from(data.subarray(row * width, (row + 1) * width));
  const largest = logits[indexOfLargest(logits)] ?? unreachable("there is at least one class");
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const shift = largest + Math.log(sum);
  for (let i = 0; i < width; i++) logits[i]! -= shift;
  return logits;
}

/** Sums over rows of how far a prediction is from a reference. */
export interface Comparison {
  /** Σ KL(reference ‖ predicted), in nats. */
  kl: number;
  /** Rows where both prefer the same class. */
  agreed: number;
}

/** Adds one row; both are log probabilities. */
export function addComparison(total: Comparison, reference: Float64Array, predicted: Float64Array): void {
  for (const [i, log] of reference.entries()) total.kl += Math.exp(log) * (log - predicted[i]!);
  if (indexOfLargest(reference) === indexOfLargest(predicted)) total.agreed++;
}

/** The first index of the largest value. */
export function indexOfLargest(values: FloatData): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
