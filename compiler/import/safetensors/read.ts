import { type Diagnostic, error, fail, ok, type Result, unreachable } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { type OpenFile, openFile } from "../open-file.ts";
import { checkExtents } from "./check-extents.ts";
import { decodeHeader, type SafetensorsEntry } from "./header.ts";

export { bitsOfDtype, byteLengthOf, isSafetensorsDtype, type SafetensorsDtype } from "./dtype.ts";
export type { SafetensorsEntry } from "./header.ts";

/** An open safetensors file of which only the header is in memory. */
export interface SafetensorsFile {
  readonly path: string;
  /** In the order of their data in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** A fresh copy of exactly this tensor's bytes, little-endian; the name must be one of `tensors`. */
  read(name: string): Uint8Array<ArrayBuffer>;
  /** Gives the file descriptor back; later reads throw. */
  close(): void;
}

/**
 * Opens a .safetensors file, reading its header only. Codes: `file-not-found`, `file-unreadable`,
 * `safetensors-truncated`, `safetensors-header`, `safetensors-dtype`, `safetensors-length`,
 * `safetensors-duplicate`; every problem of the header is reported, not only the first.
 */
export function openSafetensors(path: string): Result<SafetensorsFile> {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const decoded = decodeFile(opened.value);
  if (!decoded.ok) opened.value.close();
  return decoded;
}

/** Says that the file lacks a tensor which a model needs, with the nearest name that it has. */
export const missingTensor = (file: SafetensorsFile, name: string): Diagnostic =>
  error("missing-tensor", `${file.path} has no tensor ${name}`, {
    hint: didYouMean(name, [...file.tensors.keys()]),
  });

const prefixLength = 8;
// The limit of the reference implementation (safetensors 0.6, MAX_HEADER_SIZE).
const largestHeader = 100_000_000;

function decodeFile(file: OpenFile): Result<SafetensorsFile> {
  const length = headerLength(file);
  if (!length.ok) return length;
  const dataStart = prefixLength + length.value;
  const json = new TextDecoder().decode(file.readAt(prefixLength, length.value));
  const header = decodeHeader(file.path, json, dataStart);
  // Where a header is damaged, what its remaining extents leave uncovered says nothing.
  const extentsAreWhole = header.problems.every(
    ({ code }) => code === "safetensors-dtype" || code === "safetensors-length",
  );
  const misplaced = extentsAreWhole
    ? checkExtents(file.path, header.extents, file.byteLength - dataStart)
    : [];
  const problems = [...header.problems, ...misplaced];
  if (problems.length > 0) return fail(...problems);
  const entries = header.entries.toSorted((left, right) => left.byteOffset - right.byteOffset);
  return ok(safetensorsFile(file, entries, header.metadata));
}

function headerLength(file: OpenFile): Result<number> {
  if (file.byteLength < prefixLength) {
    const message = `${file.path}: the file has ${file.byteLength} bytes, the header's length alone takes 8`;
    return fail(error("safetensors-truncated", message, { hint: "copy or download the file again" }));
  }
  const length = new DataView(file.readAt(0, prefixLength).buffer).getBigUint64(0, true);
  if (length > largestHeader) {
    const message = `${file.path}: the header claims ${length} bytes, at most ${largestHeader} are allowed`;
    return fail(error("safetensors-header", message, { hint: "check that it is a .safetensors file" }));
  }
  const missing = prefixLength + Number(length) - file.byteLength;
  if (missing <= 0) return ok(Number(length));
  const message = `${file.path}: the header claims ${length} bytes, ${missing} of them are missing`;
  return fail(error("safetensors-truncated", message, { hint: "copy or download the file again" }));
}

function safetensorsFile(
  file: OpenFile,
  entries: readonly SafetensorsEntry[],
  metadata: Readonly<Record<string, string>>,
): SafetensorsFile {
  const tensors = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    path: file.path,
    tensors,
    metadata,
    read(name) {
      const entry =
        tensors.get(name) ?? unreachable(`${file.path} was asked for tensor ${name}, which it lacks`);
      return file.readAt(entry.byteOffset, entry.byteLength);
    },
    close: () => file.close(),
  };
}
