import { type Columns, type Compact, costsOf, isWithin, leastColumns } from "./compact.ts";
import { minimumOf } from "./minimum.ts";
import { provesInfeasible, type Relaxation, relax } from "./multipliers.ts";
import { repaired } from "./repair.ts";

/** The problem of using as little as possible of one budget, within some others. */
export function leastUse(compact: Compact, metric: number, within: readonly number[]): Compact {
  return {
    first: compact.first,
    loss: compact.cost[metric]!,
    cost: within.map((other) => compact.cost[other]!),
    budget: within.map((other) => compact.budget[other]!),
    metrics: within.map((other) => compact.metrics[other]!),
    pairs: [],
  };
}

/** Least total of each budget alone. */
const leastTotals = (compact: Compact): number[] =>
  compact.cost
    .map((cost) =>
      costsOf(
        compact,
        leastColumns(compact, (column) => cost[column]!),
      ),
    )
    .map((totals, metric) => totals[metric]!);

/** Whether even the least costs exceed some budget. */
export const isPlainlyInfeasible = (compact: Compact): boolean =>
  leastTotals(compact).some((least, metric) => least > compact.budget[metric]!);

/**
 * An allocation within all budgets; `infeasible` where there is none, `unknown` where the effort ran out. The choices
 * of the relaxation are repaired; where that gets stuck, as little as it has to is used of the last budget within the
 * others, for which a start is found in the same way.
 */
export async function feasibleColumns(
  compact: Compact,
  relaxation?: Relaxation,
): Promise<Columns | "infeasible" | "unknown"> {
  if (isPlainlyInfeasible(compact)) return "infeasible";
  const relaxed = relaxation ?? (await relax(compact));
  if (provesInfeasible(compact, relaxed)) return "infeasible";
  const simple = repaired(compact, relaxed.columns);
  if (simple) return simple;
  const last = compact.metrics.length - 1;
  const others = Array.from({ length: last }, (_, metric) => metric);
  const problem = leastUse(compact, last, others);
  const start = await feasibleColumns(problem);
  if (typeof start === "string") return start;
  const limit = compact.budget[last]!;
  const { columns, bound } = await minimumOf(problem, { limit, start });
  if (columns && isWithin(compact, columns)) return columns;
  return bound > limit ? "infeasible" : "unknown";
}
