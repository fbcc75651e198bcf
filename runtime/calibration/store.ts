import type { InputStatistics } from "../../compiler/define/solver.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { didYouMean } from "../../compiler/diagnostics/suggest.ts";
import { type TensorToWrite, writeSafetensors } from "../../compiler/export/safetensors/write.ts";
import { openSafetensors, type SafetensorsFile } from "../../compiler/import/safetensors/read.ts";
import { HISTOGRAM_BINS } from "../../compiler/numeric/magnitude-histogram.ts";
import type { Calibration, CalibrationSource } from "./calibrate.ts";
import type { SiteStatistics } from "./statistics.ts";

/**
 * Writes a calibration as F64 tensors `<symbol>/<part>`, with its source and the symbols that share a site in
 * the metadata. The codes are those of `writeSafetensors`.
 */
export function saveCalibration(path: string, { source, statistics }: Calibration): Result<void> {
  const symbols = new Map<SiteStatistics, string>();
  const aliases: Record<string, string> = {};
  for (const [symbol, each] of statistics) {
    const shared = symbols.get(each);
    if (shared === undefined) symbols.set(each, symbol);
    else aliases[symbol] = shared;
  }
  const tensors = [...symbols].flatMap(([each, symbol]) => tensorsOf(symbol, each));
  const facts = Object.entries(source).map(([key, value]) => [key, String(value)] as const);
  return writeSafetensors(path, tensors, {
    format: FORMAT,
    ...Object.fromEntries(facts),
    aliases: JSON.stringify(aliases),
  });
}

/**
 * Reads what `saveCalibration` wrote. Codes: those of `openSafetensors`, `calibration-format` where the file
 * is something else, `calibration-shape` where a tensor does not fit the channels of its site.
 */
export function loadCalibration(path: string): Result<Calibration> {
  const opened = openSafetensors(path);
  if (!opened.ok) return opened;
  const calibration = decode(opened.value);
  opened.value.close();
  return calibration;
}

/** The statistics of a weight [N, channels]. Codes: `calibration-missing`, `calibration-shape`. */
export function statisticsFor(
  { statistics }: Pick<Calibration, "statistics">,
  symbol: string,
  channels: number,
): Result<InputStatistics> {
  const found = statistics.get(symbol);
  if (!found)
    return fail(
      error("calibration-missing", `the calibration says nothing about @${symbol}`, {
        hint: didYouMean(symbol, [...statistics.keys()]),
      }),
    );
  return found.channels === channels
    ? ok(found)
    : fail(
        error(
          "calibration-shape",
          `@${symbol} has ${channels} inputs, but the calibration saw ${found.channels}`,
          { hint: "calibrate the model that is to be quantized" },
        ),
      );
}

const FORMAT = "narrow calibration 1";

/** Parts of [K] or [K, K], by their name in the file. */
const parts = {
  second_moment: "secondMoment",
  absolute_maximum: "absoluteMaximum",
  absolute_mean: "absoluteMean",
  minimum: "minimum",
  maximum: "maximum",
  zero_share: "zeroShare",
} as const;
const partNames = Object.keys(parts) as readonly (keyof typeof parts)[];

/** Shape of each part, for K channels. `extent` is rows seen and channels; `range` the histogram's. */
const shapes: Readonly<Record<string, (channels: number) => readonly number[]>> = {
  extent: () => [2],
  second_moment: (channels) => [channels, channels],
  ...Object.fromEntries(partNames.slice(1).map((name) => [name, (channels: number) => [channels]])),
  histogram: () => [HISTOGRAM_BINS],
  histogram_range: () => [1],
};

function tensorsOf(symbol: string, statistics: SiteStatistics): readonly TensorToWrite[] {
  const { count, channels, histogram } = statistics;
  const values: readonly (readonly [string, Float64Array | undefined])[] = [
    ["extent", Float64Array.of(count, channels)],
    ...partNames.map((name) => [name, statistics[parts[name]]] as const),
    ["histogram", histogram?.counts],
    ["histogram_range", histogram && Float64Array.of(histogram.range)],
  ];
  return values.flatMap(([part, data]) =>
    data
      ? {
          name: `${symbol}/${part}`,
          dtype: "F64",
          shape: shapes[part]!(channels),
          bytes: () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        }
      : [],
  );
}

function decode(file: SafetensorsFile): Result<Calibration> {
  if (file.metadata.format !== FORMAT)
    return fail(formatError(file, `its format is ${quote(file.metadata.format)}, expected ${quote(FORMAT)}`));
  const source = decodeSource(file);
  const aliases = decodeAliases(file);
  const names = [...file.tensors.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf("/"))));
  const sites = [...new Set(names)].map((symbol) => [symbol, decodeSite(file, symbol)] as const);
  const problems = [source, aliases, ...sites.map(([, site]) => site)].flatMap((each) =>
    each.ok ? [] : each.diagnostics,
  );
  if (!source.ok || !aliases.ok || problems.length > 0) return fail(...problems);
  const statistics = new Map(
    sites.flatMap(([symbol, site]) => (site.ok ? [[symbol, site.value] as const] : [])),
  );
  for (const [alias, symbol] of aliases.value) {
    const shared = statistics.get(symbol);
    if (!shared) return fail(formatError(file, `@${alias} stands for @${symbol}, which it lacks`));
    statistics.set(alias, shared);
  }
  return ok({ source: source.value, statistics });
}

/** Names of the counts of a source, beside the SHA-256 of what it was. */
const counts = {
  text: ["window", "stride", "windows", "tokens"],
  inputs: ["window", "windows", "examples"],
} as const;

function decodeSource(file: SafetensorsFile): Result<CalibrationSource> {
  const { metadata } = file;
  const kind = metadata.inputs === undefined ? "text" : "inputs";
  const digest = metadata[kind] ?? "";
  if (!/^[0-9a-f]{64}$/.test(digest))
    return fail(formatError(file, `its ${kind} is ${quote(digest)}, no SHA-256`));
  const wrong = counts[kind].filter((key) => !isCount(Number(metadata[key])));
  if (wrong.length > 0)
    return fail(...wrong.map((key) => formatError(file, `its ${key} is ${quote(metadata[key])}, no count`)));
  const count = (key: string): number => Number(metadata[key]);
  const common = { window: count("window"), windows: count("windows") };
  return ok(
    kind === "text"
      ? { text: digest, ...common, stride: count("stride"), tokens: count("tokens") }
      : { inputs: digest, ...common, examples: count("examples") },
  );
}

function decodeAliases({ metadata, path }: SafetensorsFile): Result<readonly (readonly [string, string])[]> {
  const wrong = fail(formatError({ path }, "its aliases are no JSON object of symbols"));
  // JSON.parse has no form that returns its error.
  try {
    const value: unknown = JSON.parse(metadata.aliases ?? "");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong;
    const pairs = Object.entries(value);
    return pairs.every(([, symbol]) => typeof symbol === "string") ? ok(pairs) : wrong;
  } catch {
    return wrong;
  }
}

function decodeSite(file: SafetensorsFile, symbol: string): Result<SiteStatistics> {
  const extent = readPart(file, symbol, "extent", 0);
  if (!extent.ok) return extent;
  const [count = 0, channels = 0] = extent.value ?? [];
  if (!isCount(count) || !isCount(channels))
    return fail(formatError(file, `@${symbol} has an extent of ${count} rows of ${channels} channels`));
  const vectors: Partial<Record<(typeof parts)[keyof typeof parts], Float64Array>> = {};
  const problems: Diagnostic[] = unknownParts(file, symbol);
  for (const name of partNames) {
    const part = readPart(file, symbol, name, channels);
    if (!part.ok) problems.push(...part.diagnostics);
    else if (part.value) vectors[parts[name]] = part.value;
  }
  const bins = readPart(file, symbol, "histogram", channels);
  const range = readPart(file, symbol, "histogram_range", channels);
  if (!bins.ok) return bins;
  if (!range.ok) return range;
  if (problems.length > 0) return fail(...problems);
  const histogram = bins.value && range.value && { range: range.value[0]!, counts: bins.value };
  return ok({ count, channels, ...vectors, ...(histogram && { histogram }) });
}

const unknownParts = (file: SafetensorsFile, symbol: string): Diagnostic[] =>
  [...file.tensors.keys()]
    .filter((name) => name.lastIndexOf("/") === symbol.length && name.startsWith(symbol))
    .map((name) => name.slice(symbol.length + 1))
    .filter((part) => !Object.hasOwn(shapes, part))
    .map((part) => formatError(file, `@${symbol} has an unknown part ${quote(part)}`));

/** The numbers of a part, or undefined where it was not collected. */
function readPart(
  file: SafetensorsFile,
  symbol: string,
  part: string,
  channels: number,
): Result<Float64Array | undefined> {
  const name = `${symbol}/${part}`;
  const entry = file.tensors.get(name);
  if (!entry) return ok(undefined);
  const [found, expected] = [`${entry.dtype}[${entry.shape}]`, `F64[${shapes[part]!(channels)}]`];
  if (found !== expected)
    return fail(
      error("calibration-shape", `${file.path}: ${name} is ${found}, expected ${expected}`, { hint }),
    );
  const bytes = file.read(name);
  const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  return numbers.every(Number.isFinite)
    ? ok(numbers)
    : fail(formatError(file, `${name} has values that are not finite`));
}

const hint = "write it again with narrow calibrate";
const formatError = ({ path }: Pick<SafetensorsFile, "path">, what: string): Diagnostic =>
  error("calibration-format", `${path} is no calibration: ${what}`, { hint });
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
const quote = (word: string | undefined): string => (word === undefined ? "missing" : JSON.stringify(word));
