import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Registry } from "../define/dialect.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { openFile } from "../import/open-file.ts";
import { ConstantStore } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";
import { parseModule } from "../text/resolve.ts";
import { verify } from "../verify/verify.ts";
import { constantHost } from "./constant-host.ts";
import { type Io, resolvePath, shownPath } from "./io.ts";

/** A module read from a file, with its weights and the texts its diagnostics point into. */
export interface Loaded {
  readonly module: Module;
  readonly constants: ConstantStore;
  readonly sources: Map<string, string>;
  /** Absolute; the current folder when the module came from standard input. */
  readonly folder: string;
}

/** Text of a file, or of standard input for `-`. */
export function readText(
  io: Io,
  path: string,
): Result<{ readonly text: string; readonly file: string; readonly folder: string }> {
  if (path === "-") return ok({ text: readFileSync(0, "utf8"), file: "<stdin>", folder: io.folder });
  const absolute = resolvePath(io, path);
  const opened = openFile(absolute);
  if (!opened.ok) return opened;
  const bytes = opened.value.readAt(0, opened.value.byteLength);
  opened.value.close();
  const text = new TextDecoder("utf-8").decode(bytes);
  const file = shownPath(io, absolute);
  if (text.includes("\0"))
    return fail(
      error("not-text", `${file} is not text`, {
        hint: "weights are given as .safetensors, the module as .mlir",
      }),
    );
  return ok({ text, file, folder: dirname(absolute) });
}

export interface LoadOptions {
  readonly allowUnregistered: boolean;
}

/** Reads, parses and verifies. On failure, `sources` still lets the diagnostics be shown. */
export function loadModule(
  io: Io,
  path: string,
  registry: Registry,
  sources: Map<string, string>,
  options: LoadOptions = { allowUnregistered: false },
): Result<Loaded> {
  const read = readText(io, path);
  if (!read.ok) return read;
  const { text, file, folder } = read.value;
  sources.set(file, text);
  const parsed = parseModule(text, file, registry, options);
  if (!parsed.ok) return parsed;
  const problems = verify(parsed.value, registry, options);
  if (problems.length > 0) return fail(...problems);
  return ok({ module: parsed.value, constants: new ConstantStore(constantHost(folder)), sources, folder });
}
