import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { systemErrorCode } from "../import/open-file.ts";

/**
 * Writes a file so that `path` holds either its old content or all of the new one: `write` fills a temporary
 * file in the same folder, which then replaces it. Codes: `write-folder`, `write-permission`, `write-failed`.
 */
export function writeAside(path: string, write: (descriptor: number) => void): Result<void> {
  // The process id keeps two programs that write the same file from sharing one temporary.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  // The calls of node:fs have no form that returns their error.
  try {
    fillFile(temporary, write);
    renameSync(temporary, path);
    return ok(undefined);
  } catch (problem) {
    if (existsSync(temporary)) rmSync(temporary);
    return fail(writingProblem(path, systemErrorCode(problem)));
  }
}

/** Writes all the bytes at the descriptor's position; one write call alone may write fewer. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, largestWrite));
  }
}

// One write call moves at most 2^31 - 1 bytes.
const largestWrite = 2 ** 30;

function fillFile(path: string, write: (descriptor: number) => void): void {
  const descriptor = openSync(path, "w");
  try {
    write(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Why `path` cannot be written, by the code of the system's error. */
export function writingProblem(path: string, code: string): Diagnostic {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return error("write-folder", `${path} cannot be written: there is no folder ${dirname(path)}`, {
        hint: "create the folder first",
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return error(
        "write-permission",
        `${path} cannot be written: no permission in ${dirname(path)} (${code})`,
        {
          hint: "choose a folder you may write to",
        },
      );
    case "EISDIR":
    case "ENOTEMPTY":
    case "EEXIST":
      return error("write-failed", `${path} cannot be written: it is a folder`, {
        hint: "give a file name in it",
      });
    default:
      return error("write-failed", `${path} cannot be written (${code})`, {
        hint: code === "ENOSPC" ? "free some space on the disk" : "choose another folder",
      });
  }
}
