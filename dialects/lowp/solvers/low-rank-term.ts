import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { InputStatistics, SolverReport, Statistic } from "../../../compiler/define/solver.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import { multiply, transpose } from "../../../compiler/numeric/matrix.ts";
import { symmetricEigen } from "../../../compiler/numeric/symmetric-eigen.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { oneOf, withDefault } from "../../../compiler/schema/schema.ts";
import { type Factors, nearestFactors } from "../low-rank.ts";
import { store } from "../quantize.ts";
import { zerosLike } from "../regions.ts";
import { type LowRankParameters, lowrank } from "../types.ts";
import { wrongMoment } from "./losses.ts";

/** What a low-rank term is to be near to: the weight, or its outputs on the calibration data. */
export type Metric = SolverReport["objective"];
export const metricOption = withDefault(oneOf("weight", "output"), "weight");
export const metricNeeds = (metric: Metric): readonly Statistic[] =>
  metric === "output" ? ["secondMoment"] : [];

export type LowRankType = DialectType & { readonly parameters: LowRankParameters };
/** How readLastTerm recognizes a low-rank term. */
export const lowRankTerm = {
  describe: "!lowp.lowrank<16, f16, f16>",
  /** Solvers take a weight as one matrix. */
  is: (type: Type): type is LowRankType => lowrank.is(type) && type.parameters.run === undefined,
};

/**
 * A matrix [rows, columns] in a low-rank type: by the largest singular values, or with the metric `output` by the
 * factors with the least Σ over rows of e H eᵀ, H the second moment.
 */
export function storeLowRank(
  matrix: FloatTensor,
  type: LowRankType,
  metric: Metric,
  statistics: InputStatistics | undefined,
): CompositeValue | Mismatch {
  const { rank } = type.parameters;
  const secondMoment = metric === "output" ? statistics?.secondMoment : undefined;
  const factors = secondMoment ? outputFactors(matrix, rank, secondMoment) : nearestFactors(matrix, rank);
  if (isMismatch(factors)) return factors;
  const left = store(factors.left, type.parameters.left);
  const right = store(factors.right, type.parameters.right);
  if (isMismatch(left)) return left;
  return isMismatch(right) ? right : { shape: matrix.shape, type, components: { left, right } };
}

/**
 * V √D and D^−½ Vᵀ M: V the eigenvectors of M H Mᵀ with the largest eigenvalues, so the principal directions of the
 * outputs, and D such that both factors are of like size. Of all products of that rank this has the least
 * Σ over rows of (M − L R) H (M − L R)ᵀ. (LoRD; FORMATS-AND-ALGORITHMS L2)
 */
export function outputFactors(
  matrix: FloatTensor,
  rank: number,
  secondMoment: Float64Array,
): Factors | Mismatch {
  const [rows, columns] = [matrix.shape[0]!, matrix.shape[1]!];
  if (secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const half = multiply(matrix.data, secondMoment, { rows, inner: columns, columns });
  const covariance = multiply(half, transpose(matrix.data, rows, columns), {
    rows,
    inner: columns,
    columns: rows,
  });
  const eigen = symmetricEigen(symmetric(covariance, rows), rows);
  if (!eigen) return mismatch("not-finite", "the second moment of the inputs is not finite");
  const kept = Math.min(rank, rows);
  const directions = eigen.vectors.subarray(0, kept * rows);
  const projected = multiply(directions, matrix.data, { rows: kept, inner: rows, columns });
  const left = zerosLike(matrix, [rows, rank]);
  const right = zerosLike(matrix, [rank, columns]);
  for (let term = 0; term < kept; term++) {
    const own = projected.subarray(term * columns, (term + 1) * columns);
    const root = Math.sqrt(Math.sqrt(own.reduce((sum, x) => sum + x * x, 0)));
    if (root === 0) continue;
    for (let row = 0; row < rows; row++) left.data[row * rank + term] = root * directions[term * rows + row]!;
    for (let column = 0; column < columns; column++)
      right.data[term * columns + column] = own[column]! / root;
  }
  return { left, right };
}

/** The mean of a matrix and its transpose, which rounding keeps apart. */
const symmetric = (matrix: Float64Array, n: number): Float64Array =>
  matrix.map((x, index) => x / 2 + matrix[(index % n) * n + Math.floor(index / n)]! / 2);
