import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";
import { totalsOf } from "../../../compiler/allocation/totals.ts";

/** Every choice of ids of a problem that keeps its ties, in the order of item ids and then choices. */
export function* allocations(problem: AllocationProblem): Generator<ReadonlyMap<string, string>> {
  const items = problem.items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const chosen = new Map<string, string>();
  const places = items.map(() => 0);
  const isTied = (): boolean =>
    (problem.ties ?? []).every((tie) => new Set(tie.map((id) => chosen.get(id))).size <= 1);
  for (;;) {
    items.forEach(({ id, choices }, i) => {
      chosen.set(id, choices[places[i]!]!.id);
    });
    if (isTied()) yield chosen;
    let at = items.length - 1;
    while (at >= 0 && ++places[at]! === items[at]!.choices.length) places[at--] = 0;
    if (at < 0) return;
  }
}

/** The least loss within the budgets, and the first allocation that has it; undefined where none is within. */
export function bruteForce(
  problem: AllocationProblem,
): { readonly loss: number; readonly choices: ReadonlyMap<string, string> } | undefined {
  let best: { loss: number; choices: ReadonlyMap<string, string> } | undefined;
  for (const choices of allocations(problem)) {
    const { loss, costs } = totalsOf(problem, choices);
    if (Object.entries(problem.budgets).some(([metric, allowed]) => costs[metric]! > allowed)) continue;
    if (!best || loss < best.loss) best = { loss, choices: new Map(choices) };
  }
  return best;
}
