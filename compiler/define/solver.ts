import type { Type } from "../ir/types.ts";
import type { MagnitudeHistogram } from "../numeric/magnitude-histogram.ts";
import type { FloatTensor } from "../numeric/tensor.ts";
import type { InferAll, Schemas } from "../schema/schema.ts";
import type { CompositeValue } from "./kernel.ts";
import type { Mismatch } from "./op.ts";

/** What a calibration run saw at the input of a linear op, K channels wide. */
export interface InputStatistics {
  /** Rows (tokens) seen. */
  readonly count: number;
  /** Σ xᵀx / count, row-major [K, K], in f64. */
  readonly secondMoment?: Float64Array;
  /**
   * Σ xᵀx′ / count, row-major [K, K], in f64: x what the same place saw in the program as it was before the first
   * weight was quantized, x′ what it sees now.
   */
  readonly crossMoment?: Float64Array;
  /** Largest |x| of each channel [K]. */
  readonly absoluteMaximum?: Float64Array;
  /** Mean |x| of each channel [K]. */
  readonly absoluteMean?: Float64Array;
  /** Smallest and largest value of each channel [K]; asked for as `range`. */
  readonly minimum?: Float64Array;
  readonly maximum?: Float64Array;
  /** Share of each channel [K] that is exactly zero, of either sign. */
  readonly zeroShare?: Float64Array;
  /** |x| of all channels. */
  readonly histogram?: MagnitudeHistogram;
  /** Some of the rows [rows, K], evenly spread over those seen. */
  readonly sample?: FloatTensor;
}
/** What may be asked for; moments take K² numbers a site, a histogram 2048, a sample 128 K, the others K. */
export type Statistic =
  | "secondMoment"
  | "crossMoment"
  | "absoluteMaximum"
  | "absoluteMean"
  | "range"
  | "zeroShare"
  | "histogram"
  | "sample";

/** Whether a statistic was collected. */
export const hasStatistic = (statistics: InputStatistics | undefined, statistic: Statistic): boolean =>
  statistics?.[statistic === "range" ? "minimum" : statistic] !== undefined;

/** One weight to be put into a type. */
export interface WeightProblem {
  /** [N, K], rows are outputs. */
  readonly weight: FloatTensor;
  /** The lowp type the value is to have. */
  readonly type: Type;
  /** Undefined when nothing was calibrated. */
  readonly statistics: InputStatistics | undefined;
  /** Of the random numbers that stochastic rounding needs; undefined where nothing is random. */
  readonly seed?: number | undefined;
}

/** What a solver did, in its own objective: the smaller the better, comparable between solvers of one objective. */
export interface SolverReport {
  readonly solver: string;
  /** `weight`: Σ (w′ − w)².  `output`: Σ over rows of (w′ − w) H (w′ − w)ᵀ, H the second moment. */
  readonly objective: "weight" | "output";
  readonly loss: number;
  /** The same objective for round to nearest on the same type. */
  readonly baseline: number;
  /** Whether the solver did worse than round to nearest and that was taken instead. */
  readonly fellBack: boolean;
}

export interface Solution {
  /**
   * Has the type of the problem, or the same type with a parameter that the solver has searched for, such as the
   * exponent of a grid; components have the same shapes.
   */
  readonly value: CompositeValue;
  readonly report: SolverReport;
}

/** Finds the value of a type that stands best for a weight. Deterministic; never worse than round to nearest. */
export interface WeightSolver<Options extends Schemas = Schemas> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  /** Statistics it cannot do without. */
  readonly needs: readonly Statistic[];
  /** Statistics it cannot do without under these options, such as those of a solver named among them. */
  needsFor?(options: InferAll<Options>): readonly Statistic[];
  /**
   * `term`: it fills values of one simple type, and the dialect puts composed ones together from its solutions.
   * Without it, the solver gets whatever type is asked for.
   */
  readonly scope?: "term";
  /**
   * Whether no row is solved with regard to another, so that rows of a large weight may be solved apart:
   * the same values, and a report whose losses add up. False where left out.
   */
  readonly rowByRow?: boolean;
  solve(problem: WeightProblem, options: InferAll<Options>): Solution | Mismatch;
}

/** All statistics a solver cannot do without under the given options, each once. */
export const statisticsNeeded = <Options extends Schemas>(
  solver: WeightSolver<Options>,
  options: InferAll<Options>,
): readonly Statistic[] => [...new Set([...solver.needs, ...(solver.needsFor?.(options) ?? [])])];

export const defineSolver = <const Options extends Schemas>(
  solver: WeightSolver<Options>,
): WeightSolver<Options> => solver;
