import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { error, fail, ok, type Result, unreachable } from "../diagnostics/diagnostic.ts";

/** A file held open for positional reads, so that a checkpoint larger than memory can be imported. */
export interface OpenFile {
  readonly path: string;
  readonly byteLength: number;
  /** A fresh copy of `length` bytes from `offset`; the range must lie inside the file. */
  readAt(offset: number, length: number): Uint8Array<ArrayBuffer>;
  /** Gives the descriptor back; later reads throw. Closing twice does nothing. */
  close(): void;
}

/** Opens a file for reading. Codes: `file-not-found` (absent or a directory), `file-unreadable`. */
export function openFile(path: string): Result<OpenFile> {
  let descriptor: number;
  // openSync has no form that returns its error, and looking before opening would race with other programs.
  try {
    descriptor = openSync(path, "r");
  } catch (problem) {
    return fail(openingProblem(path, systemErrorCode(problem)));
  }
  const status = fstatSync(descriptor);
  if (status.isFile()) return ok(openFileOf(path, descriptor, status.size));
  closeSync(descriptor);
  return fail(
    error("file-not-found", `${path} is ${status.isDirectory() ? "a directory" : "not a regular file"}`, {
      hint: "give the path of the file itself",
    }),
  );
}

/** The whole content of a small file; the codes are those of `openFile`. */
export function readWholeFile(path: string): Result<Uint8Array<ArrayBuffer>> {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const bytes = opened.value.readAt(0, opened.value.byteLength);
  opened.value.close();
  return ok(bytes);
}

/** The code of an error of the operating system, e.g. "ENOENT"; any other error is thrown on, as a bug. */
export function systemErrorCode(problem: unknown): string {
  if (problem instanceof Error && "code" in problem && "syscall" in problem) return String(problem.code);
  throw problem;
}

function openingProblem(path: string, code: string) {
  if (code === "ENOENT" || code === "ENOTDIR") {
    return error("file-not-found", `there is no file ${path}`, { hint: "check the path" });
  }
  return error("file-unreadable", `${path} cannot be opened (${code})`, {
    hint: "check that you may read the file",
  });
}

function openFileOf(path: string, descriptor: number, byteLength: number): OpenFile {
  let open = true;
  return {
    path,
    byteLength,
    readAt(offset, length) {
      if (!open) return unreachable(`${path} was read after it was closed`);
      return readExactly({ path, descriptor, offset, length });
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

interface Range {
  readonly path: string;
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
}

// One read call moves at most 2^31 - 1 bytes, and may move fewer.
const largestRead = 2 ** 30;

function readExactly({ path, descriptor, offset, length }: Range): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, Math.min(length - done, largestRead), offset + done);
    if (count === 0)
      return unreachable(`${path} ended at byte ${offset + done}; it became shorter while open`);
    done += count;
  }
  return bytes;
}
