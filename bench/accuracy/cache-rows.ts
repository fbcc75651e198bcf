/** A row of the reference table of quantized caches, and the pipeline that reproduces it. */
export interface CacheRow {
  readonly name: string;
  readonly pipeline: string;
}

const rule = (bits: string, how: string): string =>
  how.startsWith("asym") ? `scale = f32, zero = ui${bits}` : "scale = f32, shift = f32";

/** One group is a channel over 32 tokens, or the 32 channels of a token and head. */
const blocks = { channel: "[32, 1, 1]", token: "[1, 1, 32]" } as const;
type Granularity = keyof typeof blocks;

const typeOf = (bits: string, granularity: Granularity, how: string): string =>
  `!lowp.q<ui${bits}, block = ${blocks[granularity]}, ${rule(bits, how)}>`;

const single = /^(?:K(?<key>\d))?(?:V(?<value>\d))? per-(?<granularity>channel|token); (?<how>.*)$/;
const kivi =
  /^K(?<key>\d) per-channel \+ V(?<value>\d) per-token(?<whole>, no residual window)?.*; (?<how>.*)$/;

/** The pipeline of a row by its name in the reference; undefined for rows that quantize nothing. */
export function cacheRow(name: string): CacheRow | undefined {
  const found = (kivi.exec(name) ?? single.exec(name))?.groups;
  if (!found) return undefined;
  const { key, value, granularity, how = "", whole } = found;
  const options = [
    ...(key ? [`keys=${typeOf(key, (granularity ?? "channel") as Granularity, how)}`] : []),
    ...(value ? [`values=${typeOf(value, (granularity ?? "token") as Granularity, how)}`] : []),
    ...(whole ? ["storage=float"] : []),
  ];
  return { name, pipeline: `quantize-kv{${options.join(" ")}}` };
}
