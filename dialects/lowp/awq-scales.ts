import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { scaledColumns } from "./channel-transform.ts";
import { dequantize } from "./dequantize.ts";
import { quantize } from "./quantize.ts";
import { outputEnergy, wrongMoment } from "./solvers/losses.ts";

/** What the search for scales goes by. */
export interface AwqProblem {
  /** Mean |x_j| of each channel [K]. */
  readonly absoluteMean: Float64Array;
  /** Of the inputs, f64[K, K]. */
  readonly secondMoment: Float64Array;
  /** All weights [N, K] that meet the inputs. */
  readonly weights: readonly FloatTensor[];
  /** The type the weights will be put into. */
  readonly type: DialectType;
}

/** The scales of a problem, the exponent they came from, and the error they leave in the outputs. */
export interface AwqScales {
  readonly alpha: number;
  readonly scale: Float64Array;
  /** Σ over outputs of the mean squared error with these scales, and with none. */
  readonly loss: number;
  readonly baseline: number;
}

/** α = 0, 0.05 … 0.95. */
const STEPS = 20;

const LEAST_SCALE = 1e-4;

/**
 * s_j = mean|x_j|^α, at least 1e-4, over √(max s · min s): of α = 0, 0.05 … 0.95 the one with the least squared error
 * of the outputs when each weight W becomes Q(W · diag(s)) · diag(s)⁻¹, Q rounding to nearest; of equals the smallest.
 * With α = 0, s = 1. (Lin et al., AWQ, arXiv 2306.00978, §3.2)
 */
export function awqScales(problem: AwqProblem): AwqScales | Mismatch {
  const { absoluteMean } = problem;
  const nothing = absoluteMean.map(() => 1);
  const baseline = outputError(problem, nothing);
  if (isMismatch(baseline)) return baseline;
  let best: AwqScales = { alpha: 0, scale: nothing, loss: baseline, baseline };
  for (let step = 1; step < STEPS; step++) {
    const alpha = step / STEPS;
    const scale = scalesAt(absoluteMean, alpha);
    const loss = outputError(problem, scale);
    if (isMismatch(loss)) return loss;
    if (loss < best.loss) best = { alpha, scale, loss, baseline };
  }
  return best;
}

/** The scales of one exponent. */
export function scalesAt(absoluteMean: Float64Array, alpha: number): Float64Array {
  const scale = absoluteMean.map((mean) => Math.max(mean ** alpha, LEAST_SCALE));
  let [least, largest] = [Number.POSITIVE_INFINITY, 0];
  for (const each of scale) {
    least = Math.min(least, each);
    largest = Math.max(largest, each);
  }
  const middle = Math.sqrt(largest * least);
  return scale.map((each) => each / middle);
}

function outputError({ secondMoment, weights, type }: AwqProblem, scale: Float64Array): number | Mismatch {
  const columns = scale.length;
  if (secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  let total = 0;
  for (const { shape, data } of weights) {
    // Rounded as the parameter will be stored, before it is quantized.
    const scaled = scaledColumns(data, { scale });
    const value = quantize(
      { shape, data: data instanceof Float64Array ? scaled : Float32Array.from(scaled) },
      type,
    );
    if (isMismatch(value)) return value;
    const numbers = dequantize(value, "f64");
    if (isMismatch(numbers)) return numbers;
    const errors = Float64Array.from(data, (wanted, at) => numbers.data[at]! / scale[at % columns]! - wanted);
    total += outputEnergy(errors, secondMoment, columns);
  }
  return total;
}
