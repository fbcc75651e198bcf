import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { LossIncrease } from "../define/pass.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { writingProblem } from "../export/write-aside.ts";
import { systemErrorCode } from "../import/open-file.ts";

/** One measured rise of the loss: a line of the file. */
interface Entry {
  readonly key: string;
  readonly loss?: number;
  readonly divergence: number;
}

/** How every line begins. */
const START = '{"key":"';

/**
 * Measured losses, a JSON object a line, by a key that stands for all they depend on: an interrupted run goes on, and
 * another budget needs no new measurement. A line that a kill has cut short counts as never written.
 */
export class LossFile {
  readonly #path: string;
  readonly #entries: Map<string, LossIncrease>;

  private constructor(path: string, entries: ReadonlyMap<string, LossIncrease>) {
    this.#path = path;
    this.#entries = new Map(entries);
  }

  /** Opens a file, or begins one. Codes: `loss-file` where a file holds something else, those of writing. */
  static open(path: string): Result<LossFile> {
    // The calls of node:fs have no form that returns their error.
    try {
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      const lines = text.split("\n");
      // Nothing is written into a file that was made for something else.
      if (lines.some((line) => line !== "" && !line.startsWith(START)))
        return fail(
          error("loss-file", `${path} holds something else than measured losses`, {
            hint: "name another file; it is made where there is none",
          }),
        );
      const entries = lines.flatMap((line) => entryOf(line) ?? []);
      // What follows a line cut short must not become part of it.
      appendFileSync(path, lines.at(-1) === "" ? "" : "\n");
      return ok(
        new LossFile(path, new Map(entries.map(({ key, loss, divergence }) => [key, { loss, divergence }]))),
      );
    } catch (problem) {
      return fail(writingProblem(path, systemErrorCode(problem)));
    }
  }

  find(key: string): LossIncrease | undefined {
    return this.#entries.get(key);
  }

  /** Code: those of writing. */
  add(key: string, measured: LossIncrease): Result<void> {
    this.#entries.set(key, measured);
    try {
      appendFileSync(this.#path, `${JSON.stringify({ key, ...measured })}\n`);
      return ok(undefined);
    } catch (problem) {
      return fail(writingProblem(this.#path, systemErrorCode(problem)));
    }
  }
}

function entryOf(line: string): Entry | undefined {
  // JSON.parse has no form that returns its error.
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" &&
  value !== null &&
  "key" in value &&
  typeof value.key === "string" &&
  "divergence" in value &&
  typeof value.divergence === "number" &&
  (!("loss" in value) || typeof value.loss === "number");
