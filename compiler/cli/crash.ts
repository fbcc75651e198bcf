import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Registry } from "../define/dialect.ts";
import { writeAll, writeAside } from "../export/write-aside.ts";
import type { Module } from "../ir/module.ts";
import { printModule } from "../text/print.ts";
import { FAILED, type Io } from "./io.ts";

/** The pass being run, so that a crash in it can be replayed. */
let current: { readonly module: Module; readonly pipeline: string; readonly registry: Registry } | undefined;

export function rememberForCrash(module: Module, pipeline: string, registry: Registry): void {
  current = { module, pipeline, registry };
}
export function forgetForCrash(): void {
  current = undefined;
}

/** Name of the metadata group a reproducer keeps its pipeline in; MLIR's own. */
export const REPRODUCER = "mlir_reproducer";

/** A bug of ours: says so, and leaves a file that replays it with `narrow opt FILE --run-reproducer`. */
export function reportCrash(io: Io, args: readonly string[], problem: unknown): number {
  const message = problem instanceof Error ? problem.message : String(problem);
  io.err(
    `internal error: ${message.replace(/^internal error: /, "")}\nThis is a bug in narrow, not in your input.\n`,
  );
  if (process.env.NARROW_STACK) io.err(`${problem instanceof Error ? problem.stack : ""}\n`);
  if (current) {
    const { module, pipeline, registry } = current;
    const metadata = { ...module.metadata, [REPRODUCER]: { pipeline, verify_each: true } };
    const path = join(tmpdir(), `narrow-reproducer-${process.pid}.mlir`);
    const text = printModule({ ...module, metadata }, registry);
    const written = writeAside(path, (file) => writeAll(file, new TextEncoder().encode(text)));
    if (written.ok)
      io.err(`Please report it with this file, which replays it: narrow opt ${path} --run-reproducer\n`);
    current = undefined;
  } else io.err(`Please report it with the command line: narrow ${args.join(" ")}\n`);
  return FAILED;
}
