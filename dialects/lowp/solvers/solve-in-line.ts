import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { RowRange, SolverJob, StoredSolution } from "../../../compiler/define/solver-host.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** Cuts rows out of a weight that has been read. */
export type Cut = (rows: RowRange) => FloatTensor;

/** Solves the parts of a job one after another in this thread. */
export function solveInLine(job: SolverJob): Result<StoredSolution | Mismatch> {
  const cut = job.open();
  if (!cut.ok) return cut;
  const parts: (StoredSolution | Mismatch)[] = [];
  for (const rows of job.parts) {
    parts.push(job.solve(job.task(cut.value(rows))));
    if (isMismatch(parts.at(-1)!)) break;
  }
  return ok(joinParts(job, cut.value, parts));
}

/** The solution of a weight from those of its parts, or why it is refused: where in the whole weight, not in a part. */
export function joinParts(
  job: SolverJob,
  cut: Cut,
  parts: readonly (StoredSolution | Mismatch)[],
): StoredSolution | Mismatch {
  const solutions = parts.filter((part): part is StoredSolution => !isMismatch(part));
  if (solutions.length === parts.length) return job.join(solutions);
  return job.solve(job.task(cut({ start: 0, end: job.shape[0] ?? 1 })));
}
