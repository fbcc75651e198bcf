import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { SolverJob, StoredSolution } from "../../../compiler/define/solver-host.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";

/** Solves the parts of a job one after another in this thread; the first refusal ends it. */
export function solveInLine(job: SolverJob): Result<StoredSolution | Mismatch> {
  const cut = job.open();
  if (!cut.ok) return cut;
  const solutions: StoredSolution[] = [];
  for (const rows of job.parts) {
    const solution = job.solve(job.task(cut.value(rows)));
    if (isMismatch(solution)) return ok(solution);
    solutions.push(solution);
  }
  return ok(job.join(solutions));
}
