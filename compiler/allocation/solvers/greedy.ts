import { beginCheaply } from "../begin.ts";
import { type Columns, type Compact, itemCount } from "../compact.ts";
import { solutionOf } from "../outcome.ts";
import { prepare } from "../prepare.ts";
import type { AllocationSolver } from "../problem.ts";
import { changeOf, climb, fits, shareOf, take, walkFrom } from "../walk.ts";

/**
 * From the cheapest choices, takes the one that saves most loss for what it uses of the budgets, again and again.
 * Equal moves: first the first item's. The bound is that of Lagrangian relaxation.
 */
export const greedy = fromCheapest(
  "greedy",
  "baseline: the largest gain for its cost first, again and again",
  (compact, start) => {
    const walk = walkFrom(compact, start);
    climb(walk);
    return walk.columns;
  },
);

/**
 * From the cheapest choices, gives each item the choice of least loss that still fits, the most sensitive items
 * first: those whose cheapest and best choices are furthest apart in loss. The bound is that of the relaxation.
 */
export const sensitivityOrder = fromCheapest(
  "sensitivity-order",
  "baseline: the best choice that fits, for the most sensitive item first",
  (compact, start) => {
    const walk = walkFrom(compact, start);
    for (const item of bySensitivity(compact)) {
      const columns = Array.from(
        { length: compact.first[item + 1]! - compact.first[item]! },
        (_, i) => compact.first[item]! + i,
      );
      const moves = columns
        .map((column) => ({ item, column, change: changeOf(walk, { item, column }) }))
        .filter((move) => move.change < 0 && fits(walk, move));
      const best = moves.reduce<(typeof moves)[number] | undefined>(
        (least, move) => (least && least.change <= move.change ? least : move),
        undefined,
      );
      if (best) take(walk, best);
    }
    return walk.columns;
  },
);

function fromCheapest(
  name: string,
  summary: string,
  improve: (compact: Compact, start: Columns) => Columns,
): AllocationSolver {
  return {
    name,
    summary,
    async solve(problem) {
      const prepared = prepare(problem);
      const begun = await beginCheaply(prepared);
      if (begun.kind !== "begun") return begun;
      const { bound, multipliers } = begun.relaxation;
      const columns = improve(prepared.compact, begun.columns);
      return solutionOf(prepared, { solver: name, columns, bound, multipliers });
    },
  };
}

function bySensitivity(compact: Compact): readonly number[] {
  const spread = Array.from({ length: itemCount(compact) }, (_, item) => {
    const [start, end] = [compact.first[item]!, compact.first[item + 1]!];
    let cheapest = start;
    for (let column = start; column < end; column++)
      if (shareOf(compact, column) < shareOf(compact, cheapest)) cheapest = column;
    return (
      compact.loss[cheapest]! - compact.loss.subarray(start, end).reduce((a, b) => Math.min(a, b), Infinity)
    );
  });
  return [...spread.keys()].sort((a, b) => spread[b]! - spread[a]! || a - b);
}
