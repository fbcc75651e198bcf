import { begin } from "../begin.ts";
import { type Columns, type Compact, itemCount, leastColumns } from "../compact.ts";
import { solutionOf } from "../outcome.ts";
import { type Prepared, prepare } from "../prepare.ts";
import type { AllocationRefused, AllocationSolver } from "../problem.ts";

/** Entries of the table: one byte or two each. */
const MOST_CELLS = 2 ** 28;

/**
 * Solves with one budget by dynamic programming over what is left of it, exactly: for every item and every amount,
 * the least loss of that item and those after it. (As for rates of pruning in Xu et al. 2023, and Dudzinski and
 * Walukiewicz 1987.) Costs must be whole multiples of a power of ten, and the budget over their common divisor,
 * times the items, at most 2^28. Of the best allocations it takes the first, by item ids and the order of choices
 * that are not needless.
 */
export const dp: AllocationSolver = {
  name: "dp",
  summary: "exact for one budget: dynamic programming over its amounts",
  async solve(problem) {
    const prepared = prepare(problem);
    const refusal = refusalOf(prepared);
    if (refusal) return refusal;
    const begun = await begin(prepared);
    if (begun.kind !== "begun") return begun;
    const { compact } = prepared;
    const axis = axisOf(compact);
    const cells = itemCount(compact) * (axis.length + 1);
    if (cells > MOST_CELLS)
      return refused(
        `${itemCount(compact)} items and a budget of ${axis.length} steps make ${cells} cells, more than ${MOST_CELLS}`,
        "use the solver ilp, or give costs and the budget in larger units",
      );
    const { columns, loss } = fill(compact, axis);
    return solutionOf(prepared, {
      solver: "dp",
      columns,
      bound: loss,
      multipliers: begun.relaxation.multipliers,
    });
  },
};

const refused = (reason: string, hint: string): AllocationRefused => ({ kind: "refused", reason, hint });

function refusalOf({ problem, compact, cost }: Prepared): AllocationRefused | undefined {
  const budgets = Object.keys(problem.budgets);
  if (budgets.length > 1)
    return refused(
      `dp takes one budget, here are ${budgets.length}: ${budgets.join(", ")}`,
      "use the solver ilp",
    );
  if (compact.pairs.length > 0) return refused("dp takes no pairs", "use the solver ilp");
  if (cost.some(({ exact }) => !exact))
    return refused(
      `dp needs whole numbers, and costs in ${budgets[0]} have too many digits for their sum to be one`,
      "round the costs, or use the solver ilp",
    );
  return undefined;
}

/** Amounts of the budget beyond the least costs, in steps of their common divisor. */
interface Axis {
  readonly length: number;
  /** Steps that each column takes beyond the least of its item. */
  readonly steps: Float64Array;
}

function axisOf(compact: Compact): Axis {
  const costs = compact.cost[0] ?? new Float64Array(compact.loss.length);
  const least = leastColumns(compact, (column) => costs[column]!);
  const more = new Float64Array(costs.length);
  let divisor = 0;
  let left = compact.budget[0] ?? 0;
  for (let item = 0; item < least.length; item++) {
    left -= costs[least[item]!]!;
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
      more[column] = costs[column]! - costs[least[item]!]!;
      divisor = greatestDivisor(divisor, more[column]!);
    }
  }
  return {
    length: Math.floor(left / Math.max(1, divisor)),
    steps: more.map((amount) => amount / Math.max(1, divisor)),
  };
}

function greatestDivisor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function fill(
  compact: Compact,
  { length, steps }: Axis,
): { readonly columns: Columns; readonly loss: number } {
  const items = itemCount(compact);
  const size = length + 1;
  const widest = compact.first.reduce((most, end, i) => Math.max(most, end - (compact.first[i - 1] ?? 0)), 0);
  const table = widest <= 256 ? new Uint8Array(items * size) : new Uint16Array(items * size);
  let after = new Float64Array(size);
  let now = new Float64Array(size);
  // From the last item to the first, so that on the way back the first decides first.
  for (let item = items - 1; item >= 0; item--) {
    now.fill(Infinity);
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
      const [step, loss, choice] = [steps[column]!, compact.loss[column]!, column - compact.first[item]!];
      for (let amount = step; amount < size; amount++) {
        const total = after[amount - step]! + loss;
        if (total < now[amount]!) {
          now[amount] = total;
          table[item * size + amount] = choice;
        }
      }
    }
    [after, now] = [now, after];
  }
  const columns = new Int32Array(items);
  let amount = length;
  for (let item = 0; item < items; item++) {
    columns[item] = compact.first[item]! + table[item * size + amount]!;
    amount -= steps[columns[item]!]!;
  }
  return { columns, loss: after[length]! };
}
