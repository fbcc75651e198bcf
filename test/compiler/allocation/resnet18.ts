import { readFileSync } from "node:fs";
import { checkProblem } from "../../../compiler/allocation/check-problem.ts";
import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";

/** The example problem with one budget: so far from all in 4 bits to all in 8 bits. */
export function resnet18(metric: string, part: number): AllocationProblem {
  const path = new URL("../../../examples/allocation/resnet18.json", import.meta.url);
  const checked = checkProblem(JSON.parse(readFileSync(path, "utf8")));
  if (!checked.ok) throw new Error(checked.diagnostics.map(({ message }) => message).join("; "));
  const { items } = checked.value;
  const [low, high] = [0, 1].map((choice) =>
    items.reduce((sum, item) => sum + item.choices[choice]!.cost[metric]!, 0),
  ) as [number, number];
  return { ...checked.value, budgets: { [metric]: low + (high - low) * part } };
}

/** One digit for each layer: its bits. */
export const digits = (choices: ReadonlyMap<string, string>): string =>
  [...choices.values()].map((id) => id.replace("w", "")).join("");

/** The optima for each budget, and their losses, found by enumeration of all 2^16 allocations. */
export const answers = [
  ["bytes", 0.25, "8888888888888844444", 0.1183],
  ["bytes", 0.5, "8888888888888884844", 0.074506],
  ["bytes", 0.75, "8888888888888488884", 0.033441],
  ["bops", 0.25, "8884848444444444444", 0.460424],
  ["bops", 0.5, "8884888848884444444", 0.215689],
  ["bops", 0.75, "8888888848888484884", 0.079965],
  ["latency", 0.25, "8884848444444444444", 0.460424],
  ["latency", 0.5, "8888848848884484844", 0.202674],
  ["latency", 0.75, "8888888848888484884", 0.079965],
] as const;
