import { aligned } from "./plan-memory.ts";

/** The weights as they will stand in memory; what is asked for twice under one key is there once. */
export class Constants {
  readonly #offsets = new Map<string, number>();
  readonly #parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #end = 0;

  /** Where the bytes of a key are; they are made where the key is new. The key says what they are and how laid out. */
  add(key: string, make: () => Uint8Array): number {
    const found = this.#offsets.get(key);
    if (found !== undefined) return found;
    const bytes = make();
    const at = this.#end;
    this.#parts.push({ at, bytes });
    this.#offsets.set(key, at);
    this.#end = aligned(at + bytes.length);
    return at;
  }

  /** All of them, zeros between. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#end);
    for (const { at, bytes } of this.#parts) all.set(bytes, at);
    return all;
  }
}
