import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Pool } from "workerpool";
import type { SolverTask } from "../../define/solver-host.ts";
import { shareStatistics } from "./share-statistics.ts";
import type { WorkerAnswer, WorkerSetup } from "./worker.ts";

/** Worker threads that solve tasks. */
export interface SolverPool {
  /** Solves a task, whose weight is given away. Rejects where the solver throws. */
  solve(task: SolverTask): Promise<WorkerAnswer>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Starts a thread only when there is a task for it, up to `workers` of them. */
export async function startPool(workers: number, setup: WorkerSetup): Promise<SolverPool> {
  // Loaded here, as most command lines need no threads.
  const { default: workerpool } = await import("workerpool");
  const { script, fromText } = workerScript("worker");
  const pool: Pool = workerpool.pool(script, {
    workerType: "thread",
    maxWorkers: workers,
    workerThreadOpts: { workerData: setup, eval: fromText },
  });
  return {
    async solve({ statistics, ...task }) {
      const sent: SolverTask = { ...task, statistics: statistics && shareStatistics(statistics) };
      return (await pool.exec("solve", [sent], { transfer: [task.weight.data.buffer] })) as WorkerAnswer;
    },
    async close() {
      await pool.terminate(true);
    },
  };
}

/**
 * The file of a worker in this folder when built. From source it is TypeScript, which a thread reads only with a loader of its
 * own: a few words of JavaScript then install tsx and go on with the file.
 */
export function workerScript(name: string): { readonly script: string; readonly fromText: boolean } {
  const built = new URL(`./${name}.js`, import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return { script: fileURLToPath(built), fromText: false };
  const source = new URL(`./${name}.ts`, import.meta.url).href;
  const package_ = createRequire(import.meta.url).resolve("tsx/package.json");
  const loader = new URL("./dist/esm/api/index.mjs", pathToFileURL(package_)).href;
  const script = `import(${JSON.stringify(loader)}).then((tsx) => (tsx.register(), import(${JSON.stringify(source)})));`;
  return { script, fromText: true };
}
