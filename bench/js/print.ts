import Table from "cli-table3";
import { plainTable } from "../../compiler/cli/table.ts";
import type { Run } from "./results.ts";
import { cells, columns, milliseconds, sideBySide, times } from "./side-by-side.ts";

/** Columns of words; the others hold numbers. */
const WORDS = 3;

/** What a run measured, for the terminal. */
export function describeRun({ rows, streaming, othersLoad, languages, threads, sparse }: Run): string {
  const linear = new Table({
    ...plainTable,
    head: [...columns],
    colAligns: columns.map((_, i) => (i < WORDS ? "left" : "right")),
  });
  linear.push(...sideBySide(rows).map((each) => [...cells(each)]));
  const speeds = Object.entries(streaming).map(([size, speed]) => `${speed.toFixed(1)} GB/s over ${size}`);
  const texts = languages.map(
    ({ model, compiled, interpreter, isSame }) =>
      `${model}: ${compiled} tokens/s, ${times(compiled / interpreter)} the interpreter, ${isSame ? "same text" : "ANOTHER TEXT"}`,
  );
  const shared = threads.map(
    ({ shape, format, activations, one, two, isValid }) =>
      `${shape} ${format} by ${activations}: two threads are ${isValid ? times(one / two) : "NOT VALIDLY MEASURED against"} one`,
  );
  const few = (sparse ?? []).map(
    ({ shape, format, zeros, dense, sparse, isTaken }) =>
      `${shape} ${format}, ${100 * zeros} % zeros: ${times(dense.milliseconds / sparse.milliseconds)} as fast without them (${milliseconds(sparse.milliseconds)} ms) in ${times(sparse.bytes / dense.bytes)} the bytes${isTaken ? "" : ", not taken"}`,
  );
  return [
    linear.toString(),
    `streaming limit: ${speeds.join(", ")}; ratios are times of the peer over narrow's`,
    ...texts,
    ...shared,
    ...few,
    `other processes kept ${othersLoad.toFixed(2)} cores busy`,
    "",
  ].join("\n");
}
