import type { Registry } from "../../../compiler/define/dialect.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { SolverTask, StoredSolution } from "../../../compiler/define/solver-host.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { packValue } from "../pack.ts";
import { bindSolver } from "../passes/solver-choice.ts";
import { solveWeight } from "./driver.ts";

/**
 * Solves a task and packs what it finds, in whatever thread it is called. Solver and options have been
 * bound once before, so that a name or option nobody knows is a bug.
 */
export function solveTask(
  { solver: name, options, ...problem }: SolverTask,
  registry: Registry,
): StoredSolution | Mismatch {
  const bound = bindSolver({ name, options }, registry);
  if (!bound.ok) return unreachable(bound.diagnostics[0]?.message ?? name);
  const solution = solveWeight(bound.value.solver, problem, bound.value.options);
  return isMismatch(solution)
    ? solution
    : {
        type: solution.value.type,
        components: Object.fromEntries(packValue(solution.value)),
        report: solution.report,
      };
}
