import { type Columns, type Compact, isWithin, lossOf } from "./compact.ts";
import type { Core } from "./core.ts";
import { type LinearProgram, loadHighs, type ProgramLimits, solveProgram } from "./highs.ts";

/** What HiGHS finds in a core. */
export interface CoreOutcome {
  /** Within the budgets, checked in exact sums. */
  readonly columns: Columns | undefined;
  readonly loss: number;
  /** Whether HiGHS says, within its tolerances, that no allocation with the core's columns is better. */
  readonly isProven: boolean;
  /** No allocation with these columns has less loss, within the same tolerances. */
  readonly bound: number;
}

/**
 * Solves what is left of a problem as an integer program: a variable of 0 or 1 for each column, a row for each item
 * and budget. A pair has a variable for each of its cells and a row for each of its choices, whose cells add up to
 * it: that bounds better than z ≥ x + y − 1 for each cell. Losses are scaled to the core's room and costs to their
 * largest change, as HiGHS's tolerances are absolute: 1e-9 of those.
 */
export async function solveCore(compact: Compact, core: Core, limits: ProgramLimits): Promise<CoreOutcome> {
  const highs = await loadHighs();
  const scale = Math.max(1, core.room);
  const builder = new ProgramBuilder();
  const variables = addColumns(builder, core, scale);
  const fixed = addPairs(builder, { compact, core, variables, scale });
  const outcome = solveProgram(highs, builder.program(), limits);
  const columns = core.base.slice();
  for (const { item, columns: choices } of core.items)
    for (const column of choices)
      if (outcome.values && outcome.values[variables.get(column)!]! > 0.5) columns[item] = column;
  const isFound = outcome.values !== undefined && isWithin(compact, columns);
  return {
    columns: isFound ? columns : undefined,
    loss: isFound ? lossOf(compact, columns) : Infinity,
    isProven: outcome.status === "infeasible" || (outcome.status === "optimal" && isFound),
    bound: outcome.status === "infeasible" ? Infinity : core.baseLoss + fixed + outcome.bound * scale,
  };
}

/** Gathers a linear program by rows and then columns. */
class ProgramBuilder {
  private readonly cost: number[] = [];
  private readonly whole: boolean[] = [];
  private readonly entries: (readonly [number, number])[][] = [];
  private readonly lower: number[] = [];
  private readonly upper: number[] = [];

  row(lower: number, upper: number): number {
    this.lower.push(lower);
    return this.upper.push(upper) - 1;
  }

  /** A variable from 0 to 1. */
  column(cost: number, entries: readonly (readonly [row: number, value: number])[], whole: boolean): number {
    this.cost.push(cost);
    this.whole.push(whole);
    return this.entries.push([...entries]) - 1;
  }

  enter(row: number, column: number, value: number): void {
    this.entries[column]!.push([row, value]);
  }

  program(): LinearProgram {
    return {
      columnCost: this.cost,
      columnLower: this.cost.map(() => 0),
      columnUpper: this.cost.map(() => 1),
      rowLower: this.lower,
      rowUpper: this.upper,
      entries: this.entries,
      whole: this.whole,
    };
  }
}

/** Variables of the columns, by column. */
function addColumns(builder: ProgramBuilder, core: Core, scale: number): Map<number, number> {
  const budgets = core.slack.map((slack, metric) => {
    const unit = core.items.reduce(
      (most, { cost }) => cost[metric]!.reduce((high, change) => Math.max(high, Math.abs(change)), most),
      1,
    );
    return { unit, row: builder.row(-Infinity, slack / unit) };
  });
  const variables = new Map<number, number>();
  for (const { columns, loss, cost } of core.items) {
    const row = builder.row(1, 1);
    columns.forEach((column, at) => {
      const entries = budgets.flatMap((budget, metric) => {
        const change = cost[metric]![at]! / budget.unit;
        return change === 0 ? [] : [[budget.row, change] as const];
      });
      variables.set(column, builder.column(loss[at]! / scale, [...entries, [row, 1]], true));
    });
  }
  return variables;
}

/** What the pairs outside the core add; the others become variables, or part of the cost of one. */
function addPairs(
  builder: ProgramBuilder,
  parts: {
    readonly compact: Compact;
    readonly core: Core;
    readonly variables: ReadonlyMap<number, number>;
    readonly scale: number;
  },
): number {
  const { compact, core, variables, scale } = parts;
  const choices = new Map(core.items.map(({ item, columns }) => [item, columns]));
  let fixed = 0;
  for (const { items, table } of compact.pairs) {
    const [rows, columns] = items.map((item) => choices.get(item) ?? core.base.subarray(item, item + 1)) as [
      Int32Array,
      Int32Array,
    ];
    const width = compact.first[items[1] + 1]! - compact.first[items[1]]!;
    const cell = (row: number, column: number): number =>
      table[(row - compact.first[items[0]]!) * width + (column - compact.first[items[1]]!)]!;
    const sides = [rows, columns].map((side) =>
      side.length === 1 ? [] : Array.from(side, (column) => marginal(builder, variables.get(column)!)),
    );
    if (rows.length === 1 && columns.length === 1) fixed += cell(rows[0]!, columns[0]!);
    else
      rows.forEach((row, i) => {
        columns.forEach((column, j) => {
          const entries = [sides[0]![i], sides[1]![j]].flatMap((sum) =>
            sum === undefined ? [] : [[sum, 1] as const],
          );
          builder.column(cell(row, column) / scale, entries, false);
        });
      });
  }
  return fixed;
}

/** A row whose cells add up to a variable. */
function marginal(builder: ProgramBuilder, variable: number): number {
  const row = builder.row(0, 0);
  builder.enter(row, variable, -1);
  return row;
}
