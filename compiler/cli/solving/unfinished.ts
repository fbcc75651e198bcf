import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writingProblem } from "../../export/write-aside.ts";
import { systemErrorCode } from "../../import/open-file.ts";
import { weightsPath } from "../save.ts";
import { BlobFile } from "./blob-file.ts";
import { Journal } from "./journal.ts";

/** What a run has finished of an output that is not written yet, in a folder beside it. */
export interface Unfinished {
  readonly blobs: BlobFile;
  readonly journal: Journal;
  /** Removes the folder, at the end of a run that was not interrupted. */
  remove(): void;
}

/** The folder beside an output; hidden, as it is there only during a run and after an interrupted one. */
export const unfinishedFolder = (output: string): string =>
  join(dirname(output), `.${basename(output)}.unfinished`);

/**
 * Makes the folder, or goes on with that of an interrupted run unless `resume` is false. Codes: those of
 * writing a file, and `output-busy` while another run is writing the same output.
 */
export function openUnfinished(output: string, { resume }: { readonly resume: boolean }): Result<Unfinished> {
  const folder = unfinishedFolder(output);
  const owner = ownerOf(folder);
  if (owner !== undefined)
    return fail(
      error("output-busy", `process ${owner} is writing ${output} already`, {
        hint: `wait for it, or choose another name with -o; if that process is something else, remove ${folder}`,
      }),
    );
  // The calls of node:fs have no form that returns their error.
  try {
    if (!resume) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: existsSync(folder) });
    removePartials(output);
    writeFileSync(join(folder, OWNER), `${process.pid}\n`);
    const blobs = new BlobFile(join(folder, "bytes"));
    return ok({
      blobs,
      journal: new Journal(join(folder, "journal"), blobs),
      remove() {
        blobs.close();
        rmSync(folder, { recursive: true, force: true });
      },
    });
  } catch (problem) {
    return fail(writingProblem(output, systemErrorCode(problem)));
  }
}

/** Removes what killed processes left of the files that they were writing in the end, see `writeAside`. */
function removePartials(output: string): void {
  const starts = [output, weightsPath(output)].map((path) => `.${basename(path)}.`);
  for (const name of readdirSync(dirname(output))) {
    const start = starts.find((each) => name.startsWith(each));
    const writer = /^(\d+)\.partial$/.exec(name.slice(start?.length));
    if (start !== undefined && writer && !isAlive(Number(writer[1]))) rmSync(join(dirname(output), name));
  }
}

/** Name of the file that holds the id of the process at work. */
const OWNER = "owner";

/** The other process that is at work in a folder, if it is alive. */
function ownerOf(folder: string): number | undefined {
  const path = join(folder, OWNER);
  const owner = existsSync(path) ? Number.parseInt(readFileSync(path, "utf8"), 10) : Number.NaN;
  return Number.isNaN(owner) || owner === process.pid || !isAlive(owner) ? undefined : owner;
}

function isAlive(process_: number): boolean {
  // Signal 0 only asks; the answer is an exception.
  try {
    process.kill(process_, 0);
    return true;
  } catch (problem) {
    return systemErrorCode(problem) === "EPERM";
  }
}
