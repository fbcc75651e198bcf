import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { writeAll } from "../../export/write-aside.ts";
import { systemErrorCode } from "../../import/open-file.ts";
import type { Spill } from "../../ir/constants.ts";

/** Where bytes are in a file of blobs. */
export interface BlobPlace {
  readonly sha256: string;
  readonly offset: number;
  readonly byteLength: number;
}

/** Blobs one after another in a file, which only grows. What an earlier run wrote is known by its place alone. */
export class BlobFile implements Spill {
  readonly #descriptor: number;
  readonly #places = new Map<string, BlobPlace>();
  #end: number;

  /** Opens or makes the file; errors of the system are thrown. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "a+");
    this.#end = fstatSync(this.#descriptor).size;
  }

  write(sha256: string, bytes: Uint8Array): boolean {
    if (this.#places.has(sha256)) return true;
    // The calls of node:fs have no form that returns their error. A disk that is full is told about when the
    // result is written; until then the bytes are kept in memory.
    try {
      writeAll(this.#descriptor, bytes);
    } catch (problem) {
      systemErrorCode(problem);
      this.#end = fstatSync(this.#descriptor).size;
      return false;
    }
    this.#places.set(sha256, { sha256, offset: this.#end, byteLength: bytes.length });
    this.#end += bytes.length;
    return true;
  }

  read(sha256: string): Uint8Array | undefined {
    const place = this.#places.get(sha256);
    return place && this.readAt(place);
  }

  /** Bytes at a place, right or wrong; undefined where the file ends before. */
  readAt({ offset, byteLength }: BlobPlace): Uint8Array | undefined {
    const bytes = new Uint8Array(byteLength);
    for (let done = 0; done < byteLength; ) {
      const count = readSync(
        this.#descriptor,
        bytes,
        done,
        Math.min(byteLength - done, 2 ** 30),
        offset + done,
      );
      if (count === 0) return undefined;
      done += count;
    }
    return bytes;
  }

  placeOf(sha256: string): BlobPlace | undefined {
    return this.#places.get(sha256);
  }

  /** Takes a place over that an earlier run wrote, whose bytes have been checked. */
  adopt(place: BlobPlace): void {
    this.#places.set(place.sha256, place);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
