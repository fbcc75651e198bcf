import type { Columns, Compact } from "./compact.ts";
import { type Grid, gridOf } from "./decimal.ts";
import { undominated } from "./dominance.ts";
import { absorbPairs } from "./pair-tables.ts";
import type { AllocationChoice, AllocationProblem } from "./problem.ts";
import { restrict } from "./restrict.ts";
import { type TieGroup, tieGroupsOf } from "./ties.ts";

/** A problem in integers, and the way back. */
export interface Prepared {
  readonly problem: AllocationProblem;
  /** One for each item of `compact`. */
  readonly groups: readonly TieGroup[];
  /** Ids of choices by column. */
  readonly choices: readonly string[];
  readonly compact: Compact;
  /** Choices that no best allocation needs, which are not among the columns. */
  readonly dominated: number;
  readonly loss: Grid;
  /** By budget of `compact`. */
  readonly cost: readonly Grid[];
}

/**
 * Turns a problem into integers: ties become one item, budgets that cannot be exceeded go, and so do choices that
 * others dominate. Where costs are off the grid each is rounded to the nearest, and the budget gets half a unit for
 * each item more, 2^-51 of the largest total.
 */
export function prepare(problem: AllocationProblem): Prepared {
  const groups = tieGroupsOf(problem);
  const byId = new Map(
    problem.items.map((item) => [item.id, new Map(item.choices.map((choice) => [choice.id, choice]))]),
  );
  /** A number of each choice of a group: the sum of its members', each on the grid. */
  const columnsOf = (grid: Grid, read: (choice: AllocationChoice) => number): Float64Array =>
    Float64Array.from(
      groups.flatMap(({ members, choices }) =>
        choices.map((choice) =>
          members.reduce((sum, member) => sum + grid.toInteger(read(byId.get(member)!.get(choice)!)), 0),
        ),
      ),
    );
  const first = new Int32Array(groups.length + 1);
  groups.forEach(({ choices }, item) => {
    first[item + 1] = first[item]! + choices.length;
  });
  const budgets = Object.entries(problem.budgets).flatMap(([metric, allowed]) => {
    const read = ({ cost }: AllocationChoice): number => cost[metric] ?? 0;
    const grid = gridOfChoices(problem, read);
    const cost = columnsOf(grid, read);
    const budget = grid.floor(allowed) + (grid.exact ? 0 : Math.ceil(problem.items.length / 2));
    return largestTotal(first, cost) <= budget ? [] : [{ metric, grid, cost, budget }];
  });
  const grid = gridOfChoices(problem, ({ loss }) => loss, problem.pairs);
  const loss = columnsOf(grid, (choice) => choice.loss);
  const pairs = absorbPairs(problem, groups, { first, loss, grid });
  const whole: Compact = {
    first,
    loss,
    cost: budgets.map(({ cost }) => cost),
    budget: budgets.map(({ budget }) => budget),
    metrics: budgets.map(({ metric }) => metric),
    pairs,
  };
  const kept = undominated(whole);
  const names = groups.flatMap(({ choices }) => choices);
  return {
    problem,
    groups,
    choices: Array.from(kept, (column) => names[column]!),
    compact: restrict(whole, kept),
    dominated: names.length - kept.length,
    loss: grid,
    cost: budgets.map((budget) => budget.grid),
  };
}

/** The choice of each item of the problem, in its order. */
export function choicesOf(
  { problem, groups, choices }: Prepared,
  columns: Columns,
): ReadonlyMap<string, string> {
  const found = new Map(
    groups.flatMap(({ members }, item) =>
      members.map((member) => [member, choices[columns[item]!]!] as const),
    ),
  );
  return new Map(problem.items.map(({ id }) => [id, found.get(id)!]));
}

function gridOfChoices(
  { items }: AllocationProblem,
  read: (choice: AllocationChoice) => number,
  more: readonly { readonly loss: number }[] = [],
): Grid {
  const numbers = items.map(({ choices }) => choices.map(read));
  const added = more.map(({ loss }) => loss);
  const magnitude = [...numbers, ...added.map((loss) => [loss])].reduce(
    (sum, some) => sum + some.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    0,
  );
  return gridOf([...numbers.flat(), ...added], magnitude);
}

function largestTotal(first: Int32Array, cost: Float64Array): number {
  let total = 0;
  for (let item = 0; item < first.length - 1; item++)
    total += cost.subarray(first[item]!, first[item + 1]!).reduce((most, value) => Math.max(most, value), 0);
  return total;
}
