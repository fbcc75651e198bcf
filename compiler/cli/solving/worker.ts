import { isMainThread, workerData } from "node:worker_threads";
import workerpool from "workerpool";
import { solveTask } from "../../../dialects/lowp/solvers/solve-task.ts";
import type { Registry } from "../../define/dialect.ts";
import { isMismatch, type Mismatch } from "../../define/op.ts";
import type { SolverTask, StoredSolution } from "../../define/solver-host.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { loadDialects } from "../load-dialects.ts";

/** What a worker thread is started with. */
export interface WorkerSetup {
  /** Absolute paths of the user's dialects. */
  readonly loaded: readonly string[];
}

/** What a worker answers; `unavailable` says why it can solve nothing. */
export type WorkerAnswer =
  | { readonly kind: "solved"; readonly solution: StoredSolution | Mismatch }
  | { readonly kind: "unavailable"; readonly reason: string };

if (!isMainThread) {
  const { loaded } = workerData as WorkerSetup;
  const io = { folder: "/", out: () => {}, err: () => {}, terminal: false };
  const registry = loadDialects(io, loaded);
  workerpool.worker({ solve: async (task: SolverTask) => answer(task, await registry) });
}

/** The answer to a task, its bytes given away instead of copied. */
function answer(task: SolverTask, registry: Result<Registry>) {
  const result = answerOf(task, registry);
  const buffers =
    result.kind === "solved" && !isMismatch(result.solution)
      ? Object.values(result.solution.components).map(({ buffer }) => buffer)
      : [];
  return new workerpool.Transfer(result, [...new Set(buffers)]);
}

function answerOf(task: SolverTask, registry: Result<Registry>): WorkerAnswer {
  if (!registry.ok)
    return { kind: "unavailable", reason: registry.diagnostics.map(({ message }) => message).join("; ") };
  return { kind: "solved", solution: solveTask(task, registry.value) };
}
