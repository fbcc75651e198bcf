import { performance } from "node:perf_hooks";
import type { Model } from "../../runtime/js/artifact/model.ts";
import { seededNumbers } from "../synthetic-model.ts";
import { type Activations, type Format, formats, type Shape, shapeName, shapes } from "./cases.ts";
import type { Settings } from "./compile-module.ts";
import { watchOthers } from "./machine-load.ts";
import { compileLinear, linearModule } from "./narrow-linear.ts";
import { writeProgram } from "./resident.ts";
import type { ThreadsRow } from "./results.ts";
import { median } from "./timing.ts";

/** What is worth sharing out: many rows. */
export const threadCases: readonly (readonly [Shape, Format, Activations])[] = shapes
  .filter(({ rows }) => rows > 1)
  .flatMap((shape) =>
    formats
      .filter(({ name }) => ["f32", "i8", "i4 g128"].includes(name))
      .map((format) => [shape, format, format.activations[0]!] as const),
  );

interface Loader {
  load(weights: undefined, options: Settings & { readonly threads: number }): Promise<Model>;
}

const WARM_UP_MILLISECONDS = 500;
const BATCHES = 15;
/** Of two cores, busy with something else: then times by the clock say nothing. */
const MOST_OTHERS = 0.1;

/** Times one op on one and on two threads by the clock, in turns. */
export async function measureThreads(
  folder: string,
  [shape, format, activations]: (typeof threadCases)[number],
  { relaxed }: Settings,
): Promise<ThreadsRow> {
  const { compiled } = await compileLinear(await linearModule(shape, format), activations, {
    relaxed,
    rows: shape.rows,
  });
  const url = writeProgram(folder, compiled, `threads-${shapeName(shape)}-${format.name}-${activations}`);
  const { load }: Loader = await import(url);
  const models = [
    await load(undefined, { relaxed, threads: 1 }),
    await load(undefined, { relaxed, threads: 2 }),
  ];
  const input = seededNumbers(shape.rows * shape.depth, 2);
  for (const model of models) {
    model.write(model.entry("main").inputs[0]!, input);
    for (const end = performance.now() + WARM_UP_MILLISECONDS; performance.now() < end; )
      model.advance("main", [shape.rows]);
  }
  const others = watchOthers();
  const times = models.map((): number[] => []);
  for (let batch = 0; batch < BATCHES; batch++)
    for (const [i, model] of models.entries()) times[i]!.push(millisecondsPerCall(model, shape.rows));
  const isValid = others() <= MOST_OTHERS;
  for (const model of models) model.close();
  const [one, two] = times.map((each) => Number(median(each).toFixed(4)));
  return { shape: shapeName(shape), format: format.name, activations, one: one!, two: two!, isValid };
}

const CALLS = 4;

function millisecondsPerCall(model: Model, rows: number): number {
  const start = performance.now();
  for (let i = 0; i < CALLS; i++) model.advance("main", [rows]);
  return (performance.now() - start) / CALLS;
}
