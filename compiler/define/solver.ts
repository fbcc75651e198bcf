import type { Type } from "../ir/types.ts";
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
  /** Largest |x| of each channel [K]. */
  readonly absoluteMaximum?: Float64Array;
  /** Mean |x| of each channel [K]. */
  readonly absoluteMean?: Float64Array;
}
export type Statistic = Exclude<keyof InputStatistics, "count">;

/** One weight to be put into a type. */
export interface WeightProblem {
  /** [N, K], rows are outputs. */
  readonly weight: FloatTensor;
  /** The lowp type the value is to have. */
  readonly type: Type;
  /** Undefined when nothing was calibrated. */
  readonly statistics: InputStatistics | undefined;
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
  /** Further statistics that it needs with these options. */
  needsFor?(options: InferAll<Options>): readonly Statistic[];
  solve(problem: WeightProblem, options: InferAll<Options>): Solution | Mismatch;
}

export const defineSolver = <const Options extends Schemas>(
  solver: WeightSolver<Options>,
): WeightSolver<Options> => solver;

/** The statistics a solver cannot do without, given its options. */
export const statisticsNeeded = <Options extends Schemas>(
  solver: WeightSolver<Options>,
  options: InferAll<Options>,
): readonly Statistic[] => [...solver.needs, ...(solver.needsFor?.(options) ?? [])];
