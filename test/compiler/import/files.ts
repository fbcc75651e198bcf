import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Diagnostic, Result } from "../../../compiler/diagnostics/diagnostic.ts";

/** A folder of its own for one test file, removed when its tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "narrow-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the parts one after another and gives the path. */
export function writeParts(path: string, ...parts: readonly (Uint8Array | string)[]): string {
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
  return path;
}

/** The value of a result that must be good. */
export function expectValue<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}

/** The diagnostics of a result; none when it is good. */
export const problemsOf = (result: Result<unknown>): readonly Diagnostic[] =>
  result.ok ? [] : result.diagnostics;

/** The codes of a result's diagnostics. */
export const codesOf = (result: Result<unknown>): string[] => problemsOf(result).map(({ code }) => code);
