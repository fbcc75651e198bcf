import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import type { Io } from "../../compiler/cli/io.ts";
import { type Loaded, loadModule } from "../../compiler/cli/load.ts";
import { runCli } from "../../compiler/cli/main.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { expectValue } from "../compiler/import/files.ts";

/** Root of the repository. */
export const repository = resolve(import.meta.dirname, "../..");

/** Trained networks with reference results. They lie beside the repository, not in it. */
export const models = resolve(repository, "../shared/models");

/**
 * How much is measured: by default some rows of each reference table, with NARROW_LONG=1 those of a long run, with
 * NARROW_LONG=all every row, which takes hours.
 */
export const isAll = process.env.NARROW_LONG === "all";
export const isLong = isAll || process.env.NARROW_LONG === "1";

/** Whether a folder of `models` is there; says so loudly when it is not, as its tests are then skipped. */
export function hasModel(name: string): boolean {
  const found = existsSync(join(models, name));
  if (!found) console.warn(`SKIPPED: the tests of ${name}, as ${join(models, name)} is missing`);
  return found;
}

/** Standard output of a command line that must end well. */
export async function narrow(...args: readonly string[]): Promise<string> {
  const texts = { out: "", err: "" };
  const io: Io = {
    folder: repository,
    out: (text) => {
      texts.out += text;
    },
    err: (text) => {
      texts.err += text;
    },
    terminal: false,
  };
  const status = await runCli(args, io);
  expect(status, `narrow ${args.join(" ")}\n${texts.err}`).toBe(0);
  return texts.out;
}

/** Imports a folder of `models` into `folder` and gives the module's path. */
export async function importModel(name: string, folder: string): Promise<string> {
  const output = join(folder, `${name.replaceAll("/", "-")}.mlir`);
  const source = join(models, name);
  if (existsSync(join(source, "config.json"))) await narrow("import", "hf", source, "-o", output);
  else {
    const [checkpoint, tokenizer] = [join(source, "stories260K.bin"), join(source, "tok512.bin")];
    await narrow("import", "llama2c", checkpoint, "--tokenizer", tokenizer, "-o", output);
  }
  return output;
}

/** A module and its weights, as the commands open them. */
export const openModule = (path: string): Loaded =>
  expectValue(
    loadModule(
      { folder: repository, out: () => {}, err: () => {}, terminal: false },
      path,
      registry,
      new Map(),
    ),
  );

/** Little-endian numbers of a reference file. */
export const readFloats = (path: string): Float32Array => new Float32Array(bytesOf(path));
export const readIntegers = (path: string): Int32Array => new Int32Array(bytesOf(path));
export const readBytes = (path: string): Int32Array => Int32Array.from(new Uint8Array(bytesOf(path)));

/** A copy, as a view of other numbers must start at a multiple of their size. */
const bytesOf = (path: string): ArrayBuffer => Uint8Array.from(readFileSync(path)).buffer;

/** Largest absolute difference; infinite where a number is missing or NaN. */
export function largestDifference(left: Tensor["data"], right: Tensor["data"]): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < left.length; i++) {
    const difference = Math.abs(Number(left[i]) - Number(right[i]));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
