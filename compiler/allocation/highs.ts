import type { Highs, ModelData } from "highs";

/** A linear or integer program in compressed columns; least objective. */
export interface LinearProgram {
  readonly columnCost: readonly number[];
  readonly columnLower: readonly number[];
  readonly columnUpper: readonly number[];
  readonly rowLower: readonly number[];
  readonly rowUpper: readonly number[];
  /** Entries of each column, by column: row and value. */
  readonly entries: readonly (readonly (readonly [row: number, value: number])[])[];
  /** Columns that must be whole numbers. */
  readonly whole?: readonly boolean[];
}

export interface ProgramLimits {
  /** Wall-clock time; what is found by then may differ from run to run. */
  readonly seconds?: number;
  /** Nodes of the search tree. */
  readonly nodes?: number;
}

/** What HiGHS says, up to its tolerances: rows may be exceeded by 1e-9, columns differ from whole numbers by 1e-9. */
export interface ProgramOutcome {
  readonly status: "optimal" | "infeasible" | "stopped";
  /** Value of each column, where there is a solution. */
  readonly values: Float64Array | undefined;
  readonly objective: number;
  /** No solution has a lower objective. */
  readonly bound: number;
  /** Multiplier of each row of a linear program. */
  readonly rowDuals: Float64Array | undefined;
}

let loading: Promise<Highs> | undefined;

/** Loads HiGHS once, when a problem first needs it. */
export function loadHighs(): Promise<Highs> {
  // The package's types are of its CommonJS form, where the loader is one level deeper than in the module.
  loading ??= import("highs").then((module) => (module.default as unknown as () => Promise<Highs>)());
  return loading;
}

/** Model statuses of HiGHS that matter here. */
const OPTIMAL = 7;
const INFEASIBLE = 8;

/** Solves with no gap allowed; in this thread, and synchronously. */
export function solveProgram(
  highs: Highs,
  program: LinearProgram,
  { seconds, nodes }: ProgramLimits = {},
): ProgramOutcome {
  return highs.withModel(dataOf(program), (model): ProgramOutcome => {
    model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 0,
      mip_feasibility_tolerance: 1e-9,
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
      ...(seconds !== undefined && { time_limit: seconds }),
      ...(nodes !== undefined && { mip_max_nodes: nodes }),
    });
    model.run();
    const status = model.getModelStatus();
    const isWhole = program.whole?.some(Boolean) ?? false;
    const objective = model.getObjectiveValue();
    // Without a solution the objective is infinite.
    const hasValues = status !== INFEASIBLE && Number.isFinite(objective);
    const solution = hasValues ? model.getSolution() : undefined;
    return {
      status: status === OPTIMAL ? "optimal" : status === INFEASIBLE ? "infeasible" : "stopped",
      values: solution?.colValue,
      objective,
      bound: isWhole ? Number(model.info.get("mip_dual_bound")) : objective,
      rowDuals: isWhole ? undefined : solution?.rowDual,
    };
  });
}

function dataOf(program: LinearProgram): ModelData {
  const numCols = program.columnCost.length;
  const numRows = program.rowLower.length;
  const starts = new Int32Array(numCols + 1);
  program.entries.forEach((entries, column) => {
    starts[column + 1] = starts[column]! + entries.length;
  });
  const all = program.entries.flat();
  return {
    numCols,
    numRows,
    colCost: program.columnCost,
    colLower: program.columnLower,
    colUpper: program.columnUpper,
    rowLower: program.rowLower,
    rowUpper: program.rowUpper,
    matrix: {
      format: "csc",
      numRows,
      numCols,
      starts,
      indices: Int32Array.from(all, ([row]) => row),
      values: Float64Array.from(all, ([, value]) => value),
    },
    ...(program.whole && { integrality: Int32Array.from(program.whole, Number) }),
  };
}
