import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { SolverReport } from "../../define/solver.ts";
import type { StoredSolution } from "../../define/solver-host.ts";
import { systemErrorCode } from "../../import/open-file.ts";
import type { Type } from "../../ir/types.ts";
import { sha256 } from "../constant-host.ts";
import type { BlobFile, BlobPlace } from "./blob-file.ts";

/** One finished weight: a line of the journal. */
interface Entry {
  readonly key: string;
  readonly type: Type;
  readonly components: Readonly<Record<string, BlobPlace>>;
  readonly report: SolverReport;
}

/**
 * Solutions by a key that stands for all they depend on, so that an interrupted run can go on. A line is
 * written after the bytes it tells about; a line cut short, and bytes that are not as their digest says,
 * count as never written.
 */
export class Journal {
  readonly #path: string;
  readonly #blobs: BlobFile;
  readonly #earlier: ReadonlyMap<string, Entry>;

  /** Reads what earlier runs wrote; errors of the system are thrown. */
  constructor(path: string, blobs: BlobFile) {
    this.#path = path;
    this.#blobs = blobs;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    this.#earlier = new Map(readEntries(text).map((entry) => [entry.key, entry]));
    // What follows a line cut short must not become part of it.
    if (text !== "" && !text.endsWith("\n")) appendFileSync(path, "\n");
  }

  /** What an earlier run found. */
  find(key: string): StoredSolution | undefined {
    const entry = this.#earlier.get(key);
    if (!entry) return undefined;
    const components: Record<string, Uint8Array> = {};
    for (const [path, place] of Object.entries(entry.components)) {
      const bytes = this.#blobs.readAt(place);
      if (!bytes || sha256(bytes) !== place.sha256) return undefined;
      components[path] = bytes;
    }
    Object.values(entry.components).forEach((place) => void this.#blobs.adopt(place));
    return { type: entry.type, components, report: entry.report };
  }

  /** Remembers a solution; one that cannot be written is solved again after an interruption. */
  add(key: string, { type, components, report }: StoredSolution): void {
    const places: Record<string, BlobPlace> = {};
    for (const [path, bytes] of Object.entries(components)) {
      const digest = sha256(bytes);
      const place = this.#blobs.write(digest, bytes) ? this.#blobs.placeOf(digest) : undefined;
      if (!place) return;
      places[path] = place;
    }
    const entry: Entry = { key, type, components: places, report };
    // The calls of node:fs have no form that returns their error.
    try {
      appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
    } catch (problem) {
      systemErrorCode(problem);
    }
  }
}

const readEntries = (text: string): readonly Entry[] =>
  text.split("\n").flatMap((line) => {
    const value = parsedLine(line);
    return isEntry(value) ? [value] : [];
  });

/** undefined for a line that a kill has cut short. */
function parsedLine(line: string): unknown {
  // JSON.parse has no form that returns its error.
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || typeof value.key !== "string") return false;
  const { type, components, report } = value;
  // What a run wrote it wrote whole: a line cut short is no JSON.
  return (
    isObject(type) && isObject(components) && Object.values(components).every(isPlace) && isReport(report)
  );
}

const isPlace = (value: unknown): value is BlobPlace =>
  isObject(value) && typeof value.sha256 === "string" && isLength(value.offset) && isLength(value.byteLength);

const isLength = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const isReport = (value: unknown): value is SolverReport =>
  isObject(value) &&
  typeof value.solver === "string" &&
  (value.objective === "weight" || value.objective === "output") &&
  typeof value.loss === "number" &&
  typeof value.baseline === "number" &&
  typeof value.fellBack === "boolean";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
