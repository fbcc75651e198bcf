import { totalmem } from "node:os";
import { type Cut, joinParts, solveInLine } from "../../../dialects/lowp/solvers/solve-in-line.ts";
import type { Mismatch } from "../../define/op.ts";
import type { RowRange, SolverHost, SolverJob, StoredSolution } from "../../define/solver-host.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { elementCount } from "../../numeric/tensor.ts";
import { Gate } from "./gate.ts";
import { type SolverPool, startPool } from "./pool.ts";

/** A host whose threads end when it is closed. */
export interface ClosableHost extends SolverHost {
  close(): Promise<void>;
}

export interface HostOptions {
  /** Threads to solve with; with one, everything is solved in this thread. */
  readonly workers: number;
  /** Absolute paths of the user's dialects, which the workers load too. */
  readonly loaded: readonly string[];
  remark(diagnostic: Diagnostic): void;
  /** As in `PoolRules`; tests change them to see threads at work on small weights. */
  readonly rules?: PoolRules;
}

/** When threads are worth their start, which takes some tenths of a second. */
export interface PoolRules {
  /** Weights of this size go to threads at once. */
  readonly largeWeights: number;
  /** Smaller ones only after solving in line has taken so long. */
  readonly milliseconds: number;
}

const usualRules: PoolRules = { largeWeights: 2 ** 22, milliseconds: 300 };

/** Bytes of weights cut by rows that are held open at a time, unless one alone is larger. */
const OPEN_BYTES = 2 ** 27;

/** What solving a weight whole takes for each of its numbers: 1.3 GB for round to nearest of 4096 × 4096. */
const BYTES_PER_NUMBER = 80;

/** Bytes that weights solved whole may take at a time, unless one alone takes more. */
const wholeBytes = (): number => Math.max(2 ** 29, totalmem() / 4);

/** Solves in line as long as that is quick, then on threads. What is found does not depend on it. */
export function solverHost({ workers, loaded, remark, rules = usualRules }: HostOptions): ClosableHost {
  const [open, whole, tasks] = [new Gate(OPEN_BYTES), new Gate(wholeBytes()), new Gate(2 * workers)];
  let spent = 0;
  let pool: Promise<SolverPool> | undefined;
  let unavailable = false;

  const solveHere = (job: SolverJob): Result<StoredSolution | Mismatch> => {
    const start = performance.now();
    const solution = solveInLine(job);
    spent += performance.now() - start;
    return solution;
  };

  /** Tells once why there are no threads; what they did not do is done here. */
  const giveUp = (reason: string): void => {
    if (!unavailable)
      remark({
        severity: "remark",
        code: "workers-unavailable",
        message: `weights are solved one after another: ${reason}`,
        span: undefined,
        hint: "--workers 1 does so without this remark",
      });
    unavailable = true;
  };

  const solvePart = async (job: SolverJob, cut: Cut, rows: RowRange): Promise<StoredSolution | Mismatch> => {
    await tasks.enter(1);
    pool ??= startPool(workers, { loaded });
    const answer = unavailable ? undefined : await (await pool).solve(job.task(cut(rows)));
    tasks.leave(1);
    if (answer?.kind === "solved") return answer.solution;
    if (answer) giveUp(answer.reason);
    // Cut anew, as the first was given away.
    return job.solve(job.task(cut(rows)));
  };

  const solveOnThreads = async (job: SolverJob): Promise<Result<StoredSolution | Mismatch>> => {
    const cut = job.open();
    if (!cut.ok) return cut;
    const parts = await Promise.all(job.parts.map((rows) => solvePart(job, cut.value, rows)));
    return ok(joinParts(job, cut.value, parts));
  };

  return {
    async solve(job) {
      const numbers = elementCount(job.shape);
      const isQuick = !pool && numbers < rules.largeWeights && spent < rules.milliseconds;
      if (workers === 1 || unavailable || isQuick) return solveHere(job);
      const [gate, cost] = job.parts.length > 1 ? [open, 4 * numbers] : [whole, BYTES_PER_NUMBER * numbers];
      await gate.enter(cost);
      const solution = await solveOnThreads(job);
      gate.leave(cost);
      return solution;
    },
    async close() {
      await (await pool)?.close();
    },
  };
}
