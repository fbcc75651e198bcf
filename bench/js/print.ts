import Table from "cli-table3";
import { plainTable } from "../../compiler/cli/table.ts";
import type { Run } from "./results.ts";
import { cells, columns, sideBySide, times } from "./side-by-side.ts";

/** Columns of words; the others hold numbers. */
const WORDS = 3;

/** What a run measured, for the terminal. */
export function describeRun({ rows, streaming, othersLoad, languages, threads }: Run): string {
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
  return [
    linear.toString(),
    `streaming limit: ${speeds.join(", ")}; ratios are times of the peer over narrow's`,
    ...texts,
    ...shared,
    `other processes kept ${othersLoad.toFixed(2)} cores busy`,
    "",
  ].join("\n");
}
