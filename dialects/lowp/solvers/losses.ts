import type { CompositeValue, RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Solution, SolverReport, Statistic, WeightProblem } from "../../../compiler/define/solver.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../dequantize.ts";
import { quantize } from "../quantize.ts";
import { notSupportedHere } from "../values.ts";

/** Σ (w′ − w)² over all weights, in f64. */
export function weightLoss(weight: FloatTensor, value: CompositeValue): number | Mismatch {
  const errors = errorsOf(weight, value);
  if (isMismatch(errors)) return errors;
  let total = 0;
  for (const error of errors) total += error * error;
  return total;
}

/**
 * Σ over rows of (w′ − w) H (w′ − w)ᵀ in f64 for a weight [N, K]: with H the second moment of the inputs, the mean
 * squared error of the outputs times N. Reads the upper triangle of H, f64[K, K], which is symmetric.
 */
export function outputLoss(
  weight: FloatTensor,
  value: CompositeValue,
  secondMoment: Float64Array,
): number | Mismatch {
  const errors = errorsOf(weight, value);
  if (isMismatch(errors)) return errors;
  const columns = weight.shape.at(-1) ?? 1;
  return secondMoment.length === columns ** 2
    ? outputEnergy(errors, secondMoment, columns)
    : wrongMoment(secondMoment, columns);
}

/** Σ over rows of e H eᵀ, in f64 and the order of the rows, for errors [N, K] of a weight. */
export function outputEnergy(errors: Float64Array, secondMoment: Float64Array, columns: number): number {
  let total = 0;
  for (let start = 0; start < errors.length; start += columns)
    total += quadraticForm(errors.subarray(start, start + columns), secondMoment);
  return total;
}

/**
 * By row of errors e [N, K] of a weight: Σ e², or e H eᵀ where there is a second moment H of the inputs; in f64. The
 * rows add up to weightLoss or outputLoss.
 */
export function rowLosses(
  errors: Float64Array,
  columns: number,
  secondMoment: Float64Array | undefined,
): Float64Array {
  return Float64Array.from({ length: errors.length / columns }, (_, row) => {
    const ofRow = errors.subarray(row * columns, (row + 1) * columns);
    if (secondMoment) return outputEnergy(ofRow, secondMoment, columns);
    let sum = 0;
    for (const error of ofRow) sum += error * error;
    return sum;
  });
}

/** The answer to a second moment that is not [K, K]. */
export const wrongMoment = (secondMoment: Float64Array, columns: number): Mismatch =>
  mismatch(
    "statistics-shape",
    `the second moment has ${secondMoment.length} numbers, expected ${columns} × ${columns}`,
  );

/** The answer to an element with several numbers per code of a solver that rounds one number at a time. */
export const vectorsRefused = (solver: string): Mismatch =>
  mismatch("solver-vectors", `${solver} needs one element per code, found a table of vectors`, {
    hint: "use the solver rtn, or olive for that element",
  });

/** The answer to a problem without a statistic that the solver needs. */
export const statisticMissing = (solver: string, statistic: Statistic): Mismatch =>
  mismatch("statistics-missing", `solver ${solver} needs the ${statistic} of the inputs, found none`, {
    hint: "calibrate first, or use a solver that needs no statistics such as mse-clip",
  });

/**
 * The solution with its report, or round to nearest with `fellBack` where that is better. Round to nearest gets no
 * more numbers to store in sparse terms than the solution has; a solver whose solutions are bound to more than that
 * gives the nearest of them.
 */
export function settle(
  solver: string,
  objective: SolverReport["objective"],
  value: CompositeValue,
  { weight, type, statistics }: WeightProblem,
  given?: CompositeValue | Mismatch,
): Solution | Mismatch {
  if (type.kind !== "dialect") return notSupportedHere("solving a weight", type);
  const nearest = given ?? quantize(weight, type, { like: value });
  if (isMismatch(nearest)) return nearest;
  const lossOf = (candidate: CompositeValue): number | Mismatch =>
    objective === "weight"
      ? weightLoss(weight, candidate)
      : outputLoss(weight, candidate, statistics?.secondMoment ?? new Float64Array());
  const loss = lossOf(value);
  if (isMismatch(loss)) return loss;
  const baseline = lossOf(nearest);
  if (isMismatch(baseline)) return baseline;
  // Written so that a loss that is not a number loses.
  const fellBack = !(loss <= baseline);
  return fellBack
    ? { value: nearest, report: { solver, objective, loss: baseline, baseline, fellBack } }
    : { value, report: { solver, objective, loss, baseline, fellBack } };
}

/** w′ − w in f64, for every weight. */
export function errorsOf(weight: FloatTensor, value: RuntimeValue): Float64Array | Mismatch {
  const numbers = dequantize(value, "f64");
  if (isMismatch(numbers)) return numbers;
  return Float64Array.from(weight.data, (number, index) => numbers.data[index]! - number);
}

/** x H xᵀ = Σ_i x_i (H_ii x_i + 2 Σ_{j>i} H_ij x_j). */
function quadraticForm(x: Float64Array, matrix: Float64Array): number {
  const n = x.length;
  let total = 0;
  for (let row = 0; row < n; row++) {
    if (x[row] === 0) continue;
    const start = row * n;
    let [even, odd] = [0, 0];
    let column = row + 1;
    // Two sums: one alone waits for each addition.
    for (; column + 1 < n; column += 2) {
      even += matrix[start + column]! * x[column]!;
      odd += matrix[start + column + 1]! * x[column + 1]!;
    }
    if (column < n) even += matrix[start + column]! * x[column]!;
    total += x[row]! * (matrix[start + row]! * x[row]! + 2 * (even + odd));
  }
  return total;
}
