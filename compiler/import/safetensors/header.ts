import { type Diagnostic, error } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import { bitsOfDtype, byteLengthOf, isSafetensorsDtype, type SafetensorsDtype } from "./dtype.ts";
import { duplicateKeys } from "./duplicate-keys.ts";

/** One tensor's place and type. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Bytes a tensor claims, relative to the end of the header; known even where its dtype is not. */
export interface Extent {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** What a header says; `entries` and `extents` leave out what `problems` complains about. */
export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  readonly extents: readonly Extent[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly problems: readonly Diagnostic[];
}

/** Decodes the JSON header of `file`, whose tensors' bytes begin at `dataStart`; collects every problem. */
export function decodeHeader(file: string, json: string, dataStart: number): SafetensorsHeader {
  const problems: Diagnostic[] = [];
  const document = parseObject(file, json, problems);
  const entries: SafetensorsEntry[] = [];
  const extents: Extent[] = [];
  for (const [name, value] of Object.entries(document ?? {})) {
    if (name === "__metadata__") continue;
    const place = `${file}: tensor ${name}`;
    const extent = decodeExtent(name, place, value, problems);
    if (extent !== undefined) extents.push(extent);
    const type = decodeType(place, value, problems);
    if (extent === undefined || type === undefined) continue;
    problems.push(...checkLength(place, type, extent));
    entries.push({
      name,
      ...type,
      byteOffset: dataStart + extent.begin,
      byteLength: extent.end - extent.begin,
    });
  }
  return { entries, extents, metadata: decodeMetadata(file, document, problems), problems };
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const headerError = (message: string, hint = "write the file again with a safetensors library"): Diagnostic =>
  error("safetensors-header", message, { hint });

function parseObject(file: string, json: string, problems: Diagnostic[]): JsonObject | undefined {
  let value: unknown;
  // JSON.parse has no form that returns its error.
  try {
    value = JSON.parse(json);
  } catch {
    const start = JSON.stringify(json.slice(0, 24));
    problems.push(
      headerError(
        `${file}: the header is not JSON; it starts with ${start}`,
        "check that it is a .safetensors file",
      ),
    );
    return undefined;
  }
  if (!isObject(value)) {
    problems.push(
      headerError(`${file}: the header is ${JSON.stringify(value).slice(0, 24)}, not a JSON object`),
    );
    return undefined;
  }
  for (const key of duplicateKeys(json)) {
    const message = `${file}: the header has the key ${key} more than once`;
    problems.push(error("safetensors-duplicate", message, { hint: "give every tensor a name of its own" }));
  }
  return value;
}

function decodeExtent(
  name: string,
  place: string,
  value: unknown,
  problems: Diagnostic[],
): Extent | undefined {
  if (!isObject(value)) {
    problems.push(headerError(`${place}: the entry is ${JSON.stringify(value)}, not an object`));
    return undefined;
  }
  const offsets = value.data_offsets;
  if (Array.isArray(offsets) && offsets.length === 2) {
    const [begin, end]: unknown[] = offsets;
    if (isSize(begin) && isSize(end) && begin <= end) return { name, begin, end };
  }
  problems.push(
    headerError(`${place}: data_offsets is ${JSON.stringify(offsets)}, expected [begin, end] in bytes`),
  );
  return undefined;
}

type ElementType = Pick<SafetensorsEntry, "dtype" | "shape">;

function decodeType(place: string, value: unknown, problems: Diagnostic[]): ElementType | undefined {
  if (!isObject(value)) return undefined;
  const { dtype, shape } = value;
  const shapeIsGood = Array.isArray(shape) && shape.every(isSize);
  if (!shapeIsGood) {
    problems.push(
      headerError(`${place}: shape is ${JSON.stringify(shape)}, expected an array of sizes from 0`),
    );
  }
  if (typeof dtype !== "string") {
    problems.push(
      headerError(`${place}: dtype is ${JSON.stringify(dtype)}, expected a string such as "F32"`),
    );
    return undefined;
  }
  if (!isSafetensorsDtype(dtype)) {
    const known = Object.keys(bitsOfDtype);
    const message = `${place}: dtype ${dtype} is not known; known are ${known.join(", ")}`;
    const near = nearest(dtype, known);
    const hint = near === undefined ? "convert the tensor to a known dtype" : `did you mean ${near}?`;
    problems.push(error("safetensors-dtype", message, { hint }));
    return undefined;
  }
  return shapeIsGood ? { dtype, shape } : undefined;
}

function checkLength(place: string, { dtype, shape }: ElementType, extent: Extent): Diagnostic[] {
  const expected = byteLengthOf(dtype, shape);
  const found = extent.end - extent.begin;
  if (expected === found) return [];
  const message = `${place}: ${dtype}[${shape.join(", ")}] takes ${expected} bytes, data_offsets hold ${found}`;
  return [
    error("safetensors-length", message, { hint: "correct dtype, shape or data_offsets in the header" }),
  ];
}

function decodeMetadata(file: string, document: JsonObject | undefined, problems: Diagnostic[]) {
  const value = document?.__metadata__ ?? {};
  const pairs = isObject(value) ? Object.entries(value) : [];
  const strings = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  if (!isObject(value) || strings.length < pairs.length) {
    problems.push(headerError(`${file}: __metadata__ is not an object of strings`));
  }
  return Object.fromEntries(strings);
}
