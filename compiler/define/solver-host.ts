import type { Result } from "../diagnostics/diagnostic.ts";
import type { Literal } from "../ir/attributes.ts";
import type { Type } from "../ir/types.ts";
import type { FloatTensor } from "../numeric/tensor.ts";
import type { Mismatch } from "./op.ts";
import type { SolverReport, WeightProblem } from "./solver.ts";

/** A problem and how to solve it as data alone, so that another thread can: the solver and its options by name. */
export interface SolverTask extends WeightProblem {
  readonly solver: string;
  /** As the user gave them; the others have their defaults. */
  readonly options: Readonly<Record<string, Literal>>;
}

/** A solution as it is stored: the bytes of each component by its path. */
export interface StoredSolution {
  /** As it was asked for, or as the solver chose it. */
  readonly type: Type;
  readonly components: Readonly<Record<string, Uint8Array>>;
  readonly report: SolverReport;
}

/** Rows [start, end) of a weight. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** One weight to be solved, by the rows that can be solved apart; nothing is read before its turn comes. */
export interface SolverJob {
  /** Symbol of the parameter. */
  readonly name: string;
  /**
   * Plain data that tells weight, type, solver and options apart from all others. With the statistics it
   * decides the solution.
   */
  readonly identity: unknown;
  readonly statistics: SolverTask["statistics"];
  /** [rows, columns] or of another rank; what is told before reading. */
  readonly shape: readonly number[];
  readonly parts: readonly RowRange[];
  /** Reads the weight; what it gives cuts rows out of it, as copies of their own. */
  open(): Result<(rows: RowRange) => FloatTensor>;
  task(weight: FloatTensor): SolverTask;
  /** Solves a task in this thread. */
  solve(task: SolverTask): StoredSolution | Mismatch;
  /** The solution of the weight from those of its parts, in their order. */
  join(solutions: readonly StoredSolution[]): StoredSolution;
}

/**
 * Where weights are solved when not in line: on other cores, or taken from an earlier run. The bytes are
 * those that solving in line gives. Jobs may be asked for at once; each is read when there is room for it.
 */
export interface SolverHost {
  solve(job: SolverJob): Promise<Result<StoredSolution | Mismatch>>;
}
