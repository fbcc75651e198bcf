import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAll, writeAside } from "../../compiler/export/write-aside.ts";
import { root } from "./root.ts";

/** What was measured of one row. */
export interface Figures {
  /** Bytes of the quantized weights that are really in the file, with scales and all else they need, per weight. */
  readonly bits: number;
  /** Mean negative log-likelihood in nats per scored token. */
  readonly loss: number;
}

/** By model, then by row. */
export type Results = Readonly<Record<string, Readonly<Record<string, Figures>>>>;

export const resultsPath = join(root, "bench/results/accuracy.json");

export const loadResults = (path: string = resultsPath): Results =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Results) : {};

/**
 * Adds one row's figures to those in the file, whoever wrote them: the file is read again and replaced while a
 * lock is held, so that processes that measure at the same time keep each other's rows. Keys are sorted.
 */
export async function addResult(
  model: string,
  name: string,
  figures: Figures,
  path: string = resultsPath,
): Promise<void> {
  await whileLocked(path, () => {
    const before = loadResults(path);
    const after = { ...before, [model]: { ...before[model], [name]: figures } };
    writeText(path, `${JSON.stringify(sortedKeys(after), undefined, 2)}\n`);
  });
}

/** Replaces a file, or throws: these files are the point of the program. */
export function writeText(path: string, text: string): void {
  const written = writeAside(path, (file) => writeAll(file, new TextEncoder().encode(text)));
  if (!written.ok) throw new Error(written.diagnostics[0]?.message);
}

const sortedKeys = (results: Results): Results =>
  Object.fromEntries(
    Object.entries(results)
      .toSorted(byKey)
      .map(([model, figures]) => [model, Object.fromEntries(Object.entries(figures).toSorted(byKey))]),
  );

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : left > right ? 1 : 0;

/** A lock this old was left by a process that died: nobody holds one for longer than a write takes. */
const STALE_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 20;

async function whileLocked(path: string, work: () => void): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const lock = `${path}.lock`;
  while (!takeLock(lock)) {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_MILLISECONDS) rmSync(lock, { force: true });
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  // "wx" creates the file or fails, in one step of the system.
  try {
    closeSync(openSync(lock, "wx"));
    return true;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw problem;
  }
}
