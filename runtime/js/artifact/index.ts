import type { EngineOptions } from "./engine.ts";
import { messageOf, refuse } from "./failure.ts";
import { kindOf } from "./inputs.ts";
import { Model } from "./model.ts";
import type { Kernels, PlainKernels, Program } from "./program.ts";
import { startThreads } from "./spawn.ts";

export { NarrowError } from "./failure.ts";
export { serveIfThread } from "./spawn.ts";

/** What an emitted module hands to the loader. */
export interface Artifact {
  readonly program: Program;
  /** WebAssembly in base64; and, where the program was compiled with it, the same without WebAssembly. */
  readonly kernels: {
    readonly baseline: string;
    readonly relaxed: string;
    readonly fallback?: PlainKernels;
  };
  /** Where the module itself is, and from there its weights. */
  readonly url: string;
  readonly weightsFile: string;
}

export interface LoadOptions extends Pick<EngineOptions, "relaxed"> {
  /** How many threads compute, this one included; 1 where left out. Results do not depend on it. */
  readonly threads?: number;
  /** Whether WebAssembly may be used: true where the engine has it. Results without are those of `relaxed: false`. */
  readonly webAssembly?: boolean;
}

/** Loads a compiled program: `weights` are the bytes of its weights file, fetched from beside it where left out. */
export async function load(
  { program, kernels, url, weightsFile }: Artifact,
  weights?: ArrayBuffer | Uint8Array,
  { threads = 1, relaxed = true, webAssembly = true }: LoadOptions = {},
): Promise<Model> {
  if (!Number.isInteger(threads) || threads < 1)
    refuse("threads", `threads is a whole number from 1, not ${threads}`);
  const chosen =
    webAssembly && typeof WebAssembly !== "undefined" ? decoded(kernels) : plainKernels(kernels, threads);
  const bytes = weights === undefined ? await fetchBytes(new URL(weightsFile, url)) : asBytes(weights);
  const shared = threads === 1 ? undefined : { count: threads, start: () => startThreads(url, threads - 1) };
  return Model.load(program, chosen, bytes, { relaxed, threads: shared });
}

const decoded = ({ baseline, relaxed }: Artifact["kernels"]): Kernels => ({
  baseline: decodeBase64(baseline),
  relaxed: decodeBase64(relaxed),
});

function plainKernels({ fallback }: Artifact["kernels"], threads: number): PlainKernels {
  if (!fallback)
    return refuse(
      "no-webassembly",
      "there is no WebAssembly here to run the program with: compile it with --fallback",
    );
  if (threads > 1)
    refuse("threads", `without WebAssembly a program runs on one thread, not ${threads}: leave threads out`);
  return fallback;
}

/** The bytes themselves; a copy where others may write to them, since nobody hashes shared memory. */
function asBytes(weights: ArrayBuffer | Uint8Array): Uint8Array<ArrayBuffer> {
  const kind = kindOf(weights);
  if (kind !== "ArrayBuffer" && kind !== "Uint8Array")
    refuse(
      "weights-type",
      `weights are an ArrayBuffer or a Uint8Array with the bytes of the file, not ${kind}`,
    );
  return isOwn(weights) ? weights : new Uint8Array(weights);
}

const isOwn = (weights: ArrayBuffer | Uint8Array): weights is Uint8Array<ArrayBuffer> =>
  weights instanceof Uint8Array && weights.buffer instanceof ArrayBuffer;

async function fetchBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await (url.protocol === "file:" ? readBytes(url) : download(url));
  } catch (problem) {
    return refuse(
      "weights-missing",
      `the weights cannot be read from ${url}: ${messageOf(problem)}; put the file there, or give its bytes to load`,
    );
  }
}

async function readBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  // Not seen by bundlers for browsers, which have no such module.
  const files = "node:fs/promises";
  const { readFile } = await import(files);
  return new Uint8Array(await readFile(url));
}

async function download(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const decodeBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
