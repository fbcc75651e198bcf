import { translateModule } from "../../../../runtime/js/translate/translate-module.ts";

export type Functions = Readonly<Record<string, (...values: number[]) => unknown>>;

/** The functions of a module of ours, as the engine compiles them and as JavaScript, each on memory of its own. */
export function bothWays(
  module: Uint8Array<ArrayBuffer>,
  pages: number,
): readonly { readonly functions: Functions; readonly memory: ArrayBuffer }[] {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } });
  const plain = new ArrayBuffer(memory.buffer.byteLength);
  return [
    { functions: exports, memory: memory.buffer },
    { functions: instantiate(translateModule(module), plain), memory: plain },
  ];
}

/** Strict code, as in an ES module. */
export const instantiate = (text: string, memory: ArrayBuffer): Functions =>
  new Function(`"use strict";return ${text}`)()(memory);
