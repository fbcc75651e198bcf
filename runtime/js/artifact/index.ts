import type { EngineOptions } from "./engine.ts";
import { refuse } from "./failure.ts";
import { Model } from "./model.ts";
import type { Kernels, Program } from "./program.ts";
import { startThreads } from "./spawn.ts";

export { NarrowError } from "./failure.ts";
export { serveIfThread } from "./spawn.ts";

/** What an emitted module hands to the loader. */
export interface Artifact {
  readonly program: Program;
  /** WebAssembly in base64. */
  readonly kernels: { readonly baseline: string; readonly relaxed: string };
  /** Where the module itself is, and the name of the file with its weights beside it. */
  readonly url: string;
  readonly weightsFile: string;
}

export interface LoadOptions extends Pick<EngineOptions, "relaxed"> {
  /** How many threads compute, this one included; 1 where left out. Results do not depend on it. */
  readonly threads?: number;
}

/** Loads a compiled program: `weights` are the bytes of its weights file, fetched from beside it where left out. */
export async function load(
  { program, kernels, url, weightsFile }: Artifact,
  weights?: ArrayBuffer | Uint8Array<ArrayBuffer>,
  { threads = 1, relaxed = true }: LoadOptions = {},
): Promise<Model> {
  if (!Number.isInteger(threads) || threads < 1)
    refuse("threads", `threads is a whole number from 1, not ${threads}`);
  const bytes = weights === undefined ? await fetchBytes(new URL(weightsFile, url)) : asBytes(weights);
  const decoded: Kernels = {
    baseline: decodeBase64(kernels.baseline),
    relaxed: decodeBase64(kernels.relaxed),
  };
  const others = threads === 1 ? undefined : await startThreads(url, threads - 1);
  return Model.load(program, decoded, bytes, { relaxed, threads: others });
}

const asBytes = (weights: ArrayBuffer | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  weights instanceof Uint8Array ? weights : new Uint8Array(weights);

async function fetchBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") {
    // Not seen by bundlers for browsers, which have no such module.
    const files = "node:fs/promises";
    const { readFile } = await import(files);
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) refuse("weights-missing", `${url} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const decodeBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
