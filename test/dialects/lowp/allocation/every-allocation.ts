import type {
  AllocationChoice,
  AllocationProblem,
  AllocationSolver,
} from "../../../../compiler/allocation/problem.ts";

/** Every allocation, one after another: for problems of a few items, without pairs. */
export const everyAllocation: AllocationSolver = {
  name: "every",
  summary: "Tries every allocation.",
  async solve(problem) {
    let best: { readonly picked: readonly AllocationChoice[]; readonly loss: number } | undefined;
    for (const picked of allocations(problem)) {
      const loss = picked.reduce((total, each) => total + each.loss, 0);
      if (fits(problem, picked) && (!best || loss < best.loss)) best = { picked, loss };
    }
    if (!best) {
      const least = Object.fromEntries(
        Object.entries(problem.budgets).map(([metric, allowed]) => [
          metric,
          { least: leastOf(problem, metric), allowed },
        ]),
      );
      return { kind: "infeasible", items: problem.items.map(({ id }) => id), budgets: least };
    }
    const { picked, loss } = best;
    return {
      kind: "solution",
      solver: "every",
      choices: new Map(problem.items.map(({ id }, i) => [id, picked[i]!.id])),
      loss,
      costs: { bytes: costOf(picked, "bytes") },
      bound: loss,
      proof: "optimal",
    };
  },
};

function* allocations({ items }: AllocationProblem, at = 0): Generator<readonly AllocationChoice[]> {
  const [first] = items.slice(at);
  if (!first) return yield [];
  for (const rest of allocations({ items, budgets: {} }, at + 1))
    for (const choice of first.choices) yield [choice, ...rest];
}

const costOf = (picked: readonly AllocationChoice[], metric: string): number =>
  picked.reduce((total, { cost }) => total + (cost[metric] ?? 0), 0);

const fits = (
  { items, budgets, ties = [] }: AllocationProblem,
  picked: readonly AllocationChoice[],
): boolean =>
  Object.entries(budgets).every(([metric, allowed]) => costOf(picked, metric) <= allowed) &&
  ties.every((group) => {
    const ids = group.map((name) => picked[items.findIndex(({ id }) => id === name)]!.id);
    return ids.every((id) => id === ids[0]);
  });

const leastOf = ({ items }: AllocationProblem, metric: string): number =>
  items.reduce((total, { choices }) => total + Math.min(...choices.map(({ cost }) => cost[metric] ?? 0)), 0);
