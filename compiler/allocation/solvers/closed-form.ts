import { beginCheaply } from "../begin.ts";
import { type Columns, type Compact, leastColumns } from "../compact.ts";
import { solutionOf } from "../outcome.ts";
import { prepare } from "../prepare.ts";
import type { AllocationSolver } from "../problem.ts";
import { climb, walkFrom } from "../walk.ts";
import { fillWater, type RateCurve } from "../water-filling.ts";

/**
 * Fits a falling exponential to the losses of each item by their costs, spends one budget on the fits in closed form,
 * takes the best choice of each item that costs no more than its part, and spends what is left where it gains most.
 * Items without a falling positive loss start from their cheapest choice. A heuristic: one budget, no pairs; the bound
 * is that of Lagrangian relaxation.
 */
export const closedForm: AllocationSolver = {
  name: "closed-form",
  summary: "heuristic for one budget: equal gains on fitted curves, then rounding",
  async solve(problem) {
    const budgets = Object.keys(problem.budgets);
    const hint = "use the solver ilp";
    if (budgets.length > 1)
      return {
        kind: "refused",
        reason: `closed-form takes one budget, here are ${budgets.length}: ${budgets.join(", ")}`,
        hint,
      };
    const prepared = prepare(problem);
    const { compact } = prepared;
    if (compact.pairs.length > 0) return { kind: "refused", reason: "closed-form takes no pairs", hint };
    const begun = await beginCheaply(prepared);
    if (begun.kind !== "begun") return begun;
    const { bound, multipliers } = begun.relaxation;
    const columns = compact.cost.length === 0 ? begun.relaxation.columns : spend(compact);
    return solutionOf(prepared, { solver: "closed-form", columns, bound, multipliers });
  },
};

function spend(compact: Compact): Columns {
  const costs = compact.cost[0]!;
  const cheapest = leastColumns(compact, (column) => costs[column]!);
  const curves = Array.from(cheapest, (_, item) => curveOf(compact, item));
  const fixed = cheapest.reduce((sum, column, item) => (curves[item] ? sum : sum + costs[column]!), 0);
  const fitted = curves.flatMap((curve, item) => (curve ? [{ curve, item }] : []));
  const amounts = fillWater(
    fitted.map(({ curve }) => curve),
    compact.budget[0]! - fixed,
  );
  const columns = cheapest.slice();
  fitted.forEach(({ item }, at) => {
    for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++)
      if (costs[column]! <= amounts[at]! && compact.loss[column]! < compact.loss[columns[item]!]!)
        columns[item] = column;
  });
  const walk = walkFrom(compact, columns);
  climb(walk);
  return walk.columns;
}

/** The line through the logarithms of an item's losses by cost, by least squares, if it falls. */
function curveOf(compact: Compact, item: number): RateCurve | undefined {
  const points: { readonly cost: number; readonly height: number }[] = [];
  for (let column = compact.first[item]!; column < compact.first[item + 1]!; column++) {
    const loss = compact.loss[column]!;
    if (!(loss > 0)) return undefined;
    points.push({ cost: compact.cost[0]![column]!, height: Math.log2(loss) });
  }
  const mean = (read: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + read(point), 0) / points.length;
  const [cost, height] = [mean((point) => point.cost), mean((point) => point.height)];
  const spread = mean((point) => (point.cost - cost) ** 2);
  const slope = spread > 0 ? mean((point) => (point.cost - cost) * (point.height - height)) / spread : 0;
  if (!(slope < 0)) return undefined;
  return {
    height: 2 ** (height - slope * cost),
    decay: -slope,
    lowest: Math.min(...points.map((point) => point.cost)),
    highest: Math.max(...points.map((point) => point.cost)),
  };
}
