import { type Diagnostic, error, fail, ok, type Result, unreachable } from "../../diagnostics/diagnostic.ts";
import { type OpenFile, openFile } from "../open-file.ts";
import { expectedLength, headerLength, type Llama2cConfig, type Llama2cEntry, layoutOf } from "./layout.ts";

export type { Llama2cConfig, Llama2cEntry } from "./layout.ts";

/** An open checkpoint of karpathy/llama2.c, legacy format, of which only the header is in memory. */
export interface Llama2cFile {
  readonly path: string;
  readonly config: Llama2cConfig;
  /** In file order, one entry per layer, e.g. `layers.0.wq`; the rotary tables are left out. */
  readonly tensors: ReadonlyMap<string, Llama2cEntry>;
  /** A fresh copy of this tensor's bytes, f32 little-endian; the name must be one of `tensors`. */
  read(name: string): Uint8Array<ArrayBuffer>;
  /** Gives the file descriptor back; later reads throw. */
  close(): void;
}

/**
 * Opens a llama2.c .bin file, reading its header only. Codes: `file-not-found`, `file-unreadable`,
 * `llama2c-header`, `llama2c-truncated`, `llama2c-length`.
 */
export function openLlama2c(path: string): Result<Llama2cFile> {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const decoded = decodeFile(opened.value);
  if (!decoded.ok) opened.value.close();
  return decoded;
}

function decodeFile(file: OpenFile): Result<Llama2cFile> {
  if (file.byteLength < headerLength) {
    const message = `${file.path}: the file has ${file.byteLength} bytes, the header takes ${headerLength}`;
    return fail(error("llama2c-truncated", message, { hint: "copy or download the file again" }));
  }
  const config = decodeConfig(file.readAt(0, headerLength));
  const implausible = checkConfig(file.path, config);
  if (implausible.length > 0) return fail(...implausible);
  const misfit = checkLength(file, config);
  return misfit === undefined ? ok(llama2cFile(file, config)) : fail(misfit);
}

function decodeConfig(header: Uint8Array<ArrayBuffer>): Llama2cConfig {
  const view = new DataView(header.buffer);
  const field = (index: number): number => view.getInt32(4 * index, true);
  return {
    dimension: field(0),
    hiddenDimension: field(1),
    layerCount: field(2),
    headCount: field(3),
    keyValueHeadCount: field(4),
    vocabularySize: Math.abs(field(5)),
    sequenceLength: field(6),
    sharedClassifier: field(5) > 0,
  };
}

// "ak42", which starts llama2.c's newer formats.
const versionedMagic = 0x616b3432;

function checkConfig(path: string, config: Llama2cConfig): Diagnostic[] {
  if (config.dimension === versionedMagic) {
    const message = `${path}: the header is that of a versioned llama2.c format, expected the legacy one`;
    return [error("llama2c-header", message, { hint: "export the checkpoint again with --version 0" })];
  }
  const { sharedClassifier: _, ...sizes } = config;
  const absent = Object.entries(sizes).filter(([, size]) => size <= 0);
  if (absent.length > 0) {
    return absent.map(([name, size]) => headerError(`${path}: ${name} is ${size}, expected at least 1`));
  }
  const { dimension, headCount, keyValueHeadCount } = config;
  const oddHeads = dimension % (2 * headCount) !== 0;
  const oddGroups = headCount % keyValueHeadCount !== 0;
  return [
    ...(oddHeads
      ? [headerError(`${path}: dimension ${dimension} does not give ${headCount} heads of even size`)]
      : []),
    ...(oddGroups
      ? [headerError(`${path}: ${headCount} heads do not share ${keyValueHeadCount} key-value heads`)]
      : []),
  ];
}

const headerError = (message: string): Diagnostic =>
  error("llama2c-header", message, { hint: "check that it is a llama2.c checkpoint in the legacy format" });

function checkLength(file: OpenFile, config: Llama2cConfig): Diagnostic | undefined {
  const expected = expectedLength(config);
  const found = `${file.path}: the file has ${file.byteLength} bytes, its header asks for ${expected}`;
  if (file.byteLength > expected) {
    const hint = "check that it is a llama2.c checkpoint in the legacy format";
    return error("llama2c-length", `${found}; ${file.byteLength - expected} are left over`, { hint });
  }
  if (file.byteLength === expected) return undefined;
  const affected = firstAffected(file, config);
  return error("llama2c-truncated", `${found}; the first tensor affected is ${affected}`, {
    hint: "copy or download the file again",
  });
}

function firstAffected(file: OpenFile, config: Llama2cConfig): string {
  // A layer takes at least 16 bytes, so a damaged header cannot make this list long.
  const layerCount = Math.min(config.layerCount, 1 + Math.ceil(file.byteLength / 16));
  for (const [name, { byteOffset, byteLength }] of layoutOf({ ...config, layerCount })) {
    if (byteOffset + byteLength > file.byteLength) return name;
  }
  return "the rotary tables";
}

function llama2cFile(file: OpenFile, config: Llama2cConfig): Llama2cFile {
  const tensors = layoutOf(config);
  return {
    path: file.path,
    config,
    tensors,
    read(name) {
      const entry =
        tensors.get(name) ?? unreachable(`${file.path} was asked for tensor ${name}, which it lacks`);
      return file.readAt(entry.byteOffset, entry.byteLength);
    },
    close: () => file.close(),
  };
}
