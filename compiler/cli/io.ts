import { relative, resolve } from "node:path";
import pc from "picocolors";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Paint, renderAll, type Sources, toJson } from "../diagnostics/render.ts";

/** Where a command writes. Tests and golden runs give their own. */
export interface Io {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Results: what a script would read. */
  out(text: string): void;
  /** Diagnostics, notes and progress: what a person would read. */
  err(text: string): void;
  /** Whether `err` is a terminal that can redraw lines and show colour. */
  readonly terminal: boolean;
}

/** Exit statuses of every command. */
export const OK = 0;
export const FAILED = 1;
export const USAGE = 2;

/** An absolute path for what the user typed. */
export const resolvePath = (io: Io, path: string): string => resolve(io.folder, path);

/** A path as messages show it: relative where that is shorter. */
export function shownPath(io: Io, path: string): string {
  const short = relative(io.folder, path);
  return short.startsWith("..") ? path : short;
}

const colours: Paint = {
  severity: (text, severity) =>
    severity === "error" ? pc.red(text) : severity === "warning" ? pc.yellow(text) : pc.cyan(text),
  frame: pc.blue,
};

export type DiagnosticFormat = "text" | "json";

/** Writes diagnostics, as text for people or one JSON object a line. */
export function report(
  io: Io,
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  format: DiagnosticFormat = "text",
): void {
  if (diagnostics.length === 0) return;
  if (format === "json")
    for (const diagnostic of diagnostics) io.err(`${JSON.stringify(toJson(diagnostic, sources))}\n`);
  else io.err(renderAll(diagnostics, sources, io.terminal && pc.isColorSupported ? colours : undefined));
}
