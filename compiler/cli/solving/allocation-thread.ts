import type { Pool } from "workerpool";
import type { AllocationOutcome } from "../../allocation/problem.ts";
import { type AllocationTask, solveAllocation } from "./allocation-worker.ts";
import { workerScript } from "./pool.ts";

/** Solves allocation problems, one after another. */
export interface AllocationThread {
  solve(task: AllocationTask): Promise<AllocationOutcome>;
  close(): Promise<void>;
}

/** Problems with fewer choices are solved sooner than a thread starts. */
const QUICK_CHOICES = 500;

/**
 * Solves small problems here, and others on a thread of their own: HiGHS and the search do not pause, and so would
 * keep this thread from showing progress and from ending on Ctrl-C.
 */
export function allocationThread(): AllocationThread {
  let pool: Promise<Pool> | undefined;
  return {
    async solve(task) {
      const { items, pairs = [] } = task.problem;
      const choices = items.reduce((sum, item) => sum + item.choices.length, pairs.length);
      if (choices < QUICK_CHOICES) return solveAllocation(task);
      pool ??= startThread();
      return (await pool).exec("solve", [task]) as Promise<AllocationOutcome>;
    },
    async close() {
      await (await pool)?.terminate(true);
    },
  };
}

async function startThread(): Promise<Pool> {
  const { default: workerpool } = await import("workerpool");
  const { script, fromText } = workerScript("allocation-worker");
  return workerpool.pool(script, {
    workerType: "thread",
    maxWorkers: 1,
    workerThreadOpts: { eval: fromText },
  });
}
