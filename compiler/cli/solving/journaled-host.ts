import { readFileSync } from "node:fs";
import { isMismatch } from "../../define/op.ts";
import type { InputStatistics } from "../../define/solver.ts";
import type { SolverHost, SolverJob } from "../../define/solver-host.ts";
import { ok } from "../../diagnostics/diagnostic.ts";
import { sha256 } from "../constant-host.ts";
import { VERSION } from "../version.ts";
import type { Journal } from "./journal.ts";

/** Told about each weight, so that it can be said what an earlier run had done. */
export interface ReuseListener {
  asked(): void;
  reused(): void;
}

/**
 * Takes solutions from the journal, and writes those that the host finds into it. `loaded` are the user's
 * dialects, whose files count among what a solution depends on.
 */
export function journaledHost(
  host: SolverHost,
  journal: Journal,
  loaded: readonly string[],
  listener: ReuseListener,
): SolverHost {
  const program = [VERSION, ...loaded.map((path) => sha256(readFileSync(path)))];
  return {
    async solve(job) {
      listener.asked();
      const key = keyOf(job, program);
      const known = journal.find(key);
      if (known) {
        listener.reused();
        return ok(known);
      }
      const solution = await host.solve(job);
      if (solution.ok && !isMismatch(solution.value)) journal.add(key, solution.value);
      return solution;
    },
  };
}

/** Digest of all that decides a solution. */
const keyOf = ({ identity, statistics }: SolverJob, program: readonly string[]): string =>
  digestOf(JSON.stringify([program, identity, statistics && statisticsKey(statistics)], exactly));

const statisticsKey = (statistics: InputStatistics): unknown =>
  Object.entries(statistics)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Float64Array ? digestOfNumbers(value) : value,
    ]);

/** Weights that share an input share its numbers, which may be many. */
const digests = new WeakMap<Float64Array, string>();

function digestOfNumbers(numbers: Float64Array): string {
  const known = digests.get(numbers);
  if (known !== undefined) return known;
  const digest = sha256(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  digests.set(numbers, digest);
  return digest;
}

const digestOf = (text: string): string => sha256(new TextEncoder().encode(text));

/** What JSON would lose or refuse, as text. */
const exactly = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ||
  (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    ? `${typeof value} ${Object.is(value, -0) ? "-0" : value}`
    : value;
