import { error, fail, type Result } from "../../diagnostics/diagnostic.ts";
import { writeAll, writeAside } from "../../export/write-aside.ts";

/** What passes say of the data that `--problem` writes. */
export const ALLOCATION_PROBLEM = "allocation-problem";

/**
 * Writes the problem that a pipeline posed, as `narrow allocate` reads it. Codes: `problem-missing` where no pass posed
 * one, `problem-twice` where several did, and those of writing.
 */
export function writeProblem(path: string, posed: readonly unknown[]): Result<void> {
  const [problem, another] = posed;
  if (problem === undefined)
    return fail(
      error("problem-missing", "--problem writes what a pass had to allocate, but none allocated anything", {
        hint: "add allocate-bits{…} or another such pass to the pipeline, or leave --problem out",
      }),
    );
  if (another !== undefined)
    return fail(
      error("problem-twice", `passes allocated ${posed.length} times, and --problem writes one problem`, {
        hint: "run the passes one at a time",
      }),
    );
  const text = `${JSON.stringify(problem, undefined, 1)}\n`;
  return writeAside(path, (file) => writeAll(file, new TextEncoder().encode(text)));
}
