import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formats, type Shape, shapeName, shapes } from "./cases.ts";
import type { Settings } from "./compile-module.ts";
import { isThere, measureLanguage, sources } from "./languages.ts";
import { vectorExtensions, watchOthers } from "./machine.ts";
import { measureLinear } from "./measure-linear.ts";
import type { Peer } from "./peers.ts";
import type { LanguageRow, ProgramRow, Row, Run, SparseRow, ThreadsRow } from "./results.ts";
import { measureSparse, SPARSE } from "./sparse.ts";
import { streamingBandwidth } from "./streaming.ts";
import { measureThreads, threadCases } from "./threads.ts";

const STREAMED_MEBIBYTES = [64, 512] as const;

export interface RunOptions extends Settings {
  readonly peers: readonly Peer[];
  /** Of shapes and formats, those that have one of these names, or what is `sparse`; all where empty. */
  readonly wanted: readonly string[];
  /** Takes what is left out since it is not there. */
  skip(what: string): void;
  /** Takes what should have been measured and could not. */
  fail(what: string): void;
  /** Takes what is measured now. */
  progress(what: string): void;
}

/** Measures everything in this process, from what reads memory to what writes text. */
export async function measureRun({
  peers,
  wanted,
  skip,
  fail,
  progress,
  ...settings
}: RunOptions): Promise<Run> {
  const others = watchOthers();
  const folder = mkdtempSync(join(tmpdir(), "narrow-bench-"));
  const streaming: Record<string, number> = {};
  for (const size of STREAMED_MEBIBYTES)
    streaming[`${size} MiB`] = Number((await streamingBandwidth(size * 2 ** 20)).toFixed(2));
  const rows: Row[] = [];
  const programs: ProgramRow[] = [];
  for (const [shape, format] of casesOf(wanted)) {
    progress(`${shapeName(shape)} ${format.name}`);
    const measured = await measureLinear(shape, format, peers, settings, fail);
    rows.push(...measured.rows);
    programs.push(...measured.programs);
  }
  const sparse: SparseRow[] = [];
  if (wanted.length === 0 || wanted.includes(SPARSE))
    for (const shape of shapes) {
      progress(`${shapeName(shape)} ${SPARSE}`);
      sparse.push(...(await measureSparse(shape, settings)));
    }
  const languages: LanguageRow[] = [];
  const threads: ThreadsRow[] = [];
  if (wanted.length === 0) {
    for (const source of sources) {
      if (!isThere(source)) {
        skip(`${source.name}, as ${source.path} is missing`);
        continue;
      }
      progress(source.name);
      const { row, program } = await measureLanguage(source, folder, settings);
      languages.push(row);
      programs.push({ name: source.name, ...program.cost });
    }
    progress("two threads");
    for (const each of threadCases) threads.push(await measureThreads(folder, each, settings));
  }
  rmSync(folder, { recursive: true });
  return {
    node: process.versions.node,
    processor: vectorExtensions(),
    relaxed: settings.relaxed,
    peers: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
    streaming,
    othersLoad: Number(others().toFixed(2)),
    rows,
    programs,
    languages,
    threads,
    sparse,
  };
}

/** All names that `wanted` may have. */
export const caseNames: readonly string[] = [
  ...shapes.map(shapeName),
  ...formats.map(({ name }) => name),
  SPARSE,
];

/** Whether any linear op is wanted that peers have, too. */
export const measuresCases = (wanted: readonly string[]): boolean =>
  wanted.length === 0 || wanted.some((word) => word !== SPARSE);

const casesOf = (wanted: readonly string[]) => {
  if (!measuresCases(wanted)) return [];
  const named = (names: readonly string[], name: string) =>
    !wanted.some((word) => names.includes(word)) || wanted.includes(name);
  const [shapeNames, formatNames] = [shapes.map(shapeName), formats.map(({ name }) => name)];
  return shapes
    .filter((shape: Shape) => named(shapeNames, shapeName(shape)))
    .flatMap((shape) =>
      formats.filter(({ name }) => named(formatNames, name)).map((format) => [shape, format] as const),
    );
};
