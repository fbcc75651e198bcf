import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect } from "vitest";
import { loadModule } from "../../../../compiler/cli/load.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { Tensor } from "../../../../compiler/numeric/tensor.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import type { LoadOptions } from "../../../../runtime/js/artifact/index.ts";
import type { Model } from "../../../../runtime/js/artifact/model.ts";
import { narrow, smallShapes, writeHuggingface } from "../../../compiler/cli/command-line.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { repository } from "../../../end-to-end/narrow.ts";

/** What an emitted module exports. */
export interface Emitted {
  load(weights?: unknown, options?: LoadOptions): Promise<Model>;
  readonly NarrowError: new () => Error;
}

/** A module of two functions: `join` with three open extents, one of them a sum; `double` with none. */
export const JOIN = join(repository, "test/compiler/cli/compile/prints-steps.mlir");
export const JOIN_EXTENTS = ["--extent", "x=8", "--extent", "y=4"];

/** A folder for the tests of one file. */
export function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "narrow-artifact-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Compiles a module with the command and imports what it wrote. */
export async function compileTo(
  folder: string,
  module: string,
  output: string,
  ...options: readonly string[]
): Promise<Emitted> {
  const { status, err } = await narrow(folder, "compile", module, "-o", output, ...options);
  expect(status, err).toBe(0);
  return import(pathToFileURL(join(folder, output)).href);
}

/** Longest sequence of the small language model: its logits are enough work to be shared out over threads. */
export const CONTEXT = 160;

/** Writes a language model of one layer with seeded weights, `language.mlir`. */
export async function writeLanguageModel(folder: string): Promise<void> {
  const tensors = Object.entries(smallShapes).map(([name, shape], seed) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    return [name, { name, shape, bytes: new Uint8Array(noise(count, seed + 1).buffer) }] as const;
  });
  writeHuggingface(folder, {
    config: { max_position_embeddings: CONTEXT },
    tensors: Object.fromEntries(tensors),
  });
  const { status, err } = await narrow(folder, "import", "hf", ".", "-o", "language.mlir");
  expect(status, err).toBe(0);
}

/** Numbers from -1 to 1 that look like chance: multiples of the golden ratio, squared, without their whole part. */
export const noise = (count: number, seed: number): Float32Array =>
  Float32Array.from(
    { length: count },
    (_, i) => (((i + 1) ** 2 * 0.6180339887 + seed * 0.7548776662) % 2) - 1,
  );

/** What the interpreter gives for a function of a module. */
export function interpret(module: string, entry: string, inputs: readonly Tensor[]): readonly Tensor[] {
  const io = { folder: repository, out: () => {}, err: () => {}, terminal: false };
  const loaded = expectValue(loadModule(io, module, registry, new Map()));
  return expectValue(new Interpreter(loaded.module, registry, loaded.constants).run(entry, inputs));
}

/** Code and message of the `NarrowError` that something throws. */
export async function refusalOf(
  action: () => unknown,
): Promise<{ readonly code: unknown; readonly message: string }> {
  try {
    await action();
  } catch (problem) {
    // Each emitted module has a class of its own.
    if (!(problem instanceof Error) || problem.name !== "NarrowError" || !("code" in problem)) throw problem;
    const { code, message } = problem;
    return { code, message };
  }
  throw new Error("nothing was refused");
}

/** All of a generation. */
export async function collected(tokens: AsyncIterable<number>): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const token of tokens) all.push(token);
  return all;
}
