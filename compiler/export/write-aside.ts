import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { systemErrorCode } from "../import/open-file.ts";

/**
 * Writes a file so that `path` holds either its old content or all of the new one: `write` fills a temporary
 * file in the same folder, which then replaces it. Links are followed; what is no file, such as /dev/null, is written
 * to as it is.
 * Codes: `write-folder`, `write-permission`, `write-failed`.
 */
export function writeAside(path: string, write: (descriptor: number) => void): Result<void> {
  // The calls of node:fs have no form that returns their error.
  try {
    if (isStream(path)) fillStream(path, write);
    else replaceFile(existsSync(path) ? realpathSync(path) : path, write);
    return ok(undefined);
  } catch (problem) {
    return fail(writingProblem(path, systemErrorCode(problem)));
  }
}

function replaceFile(path: string, write: (descriptor: number) => void): void {
  // The process id keeps two programs that write the same file from sharing one temporary.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    fillFile(temporary, write);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Whether there is a device or a pipe at a path, which keeps nothing and must not be replaced by a file. */
export function isStream(path: string): boolean {
  // What cannot be looked at cannot be written either, which writing then tells.
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && !found.isFile() && !found.isDirectory();
  } catch (problem) {
    systemErrorCode(problem);
    return false;
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

/** As `fillFile`, but that a stream cannot be synchronized. */
function fillStream(path: string, write: (descriptor: number) => void): void {
  const descriptor = openSync(path, "w");
  try {
    write(descriptor);
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
