import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";

/** Where the bytes behind a resource key are. */
export type ResourceOrigin =
  /** In the text: hexadecimal digits, the first four bytes being a little-endian alignment. */
  | { readonly kind: "inline"; readonly hex: string }
  /** In a safetensors file; `file` is relative to the folder of the module's own file. */
  | {
      readonly kind: "file";
      readonly file: string;
      readonly tensor: string;
      readonly byteLength: number;
      readonly sha256: string;
    }
  /** In a constant store (or nowhere yet): known by its digest alone. */
  | { readonly kind: "digest"; readonly byteLength: number; readonly sha256: string };

/** Bytes of the origin, without alignment prefix, as far as the text tells. */
export const byteLengthOf = (origin: ResourceOrigin): number =>
  origin.kind === "inline" ? Math.max(0, origin.hex.length / 2 - 4) : origin.byteLength;

/** What the store needs from its host: hashing, and reading a tensor out of a file. */
export interface ConstantHost {
  sha256(bytes: Uint8Array): string;
  /** Reads one tensor of a safetensors file; `file` as written in the module. */
  readTensor(file: string, tensor: string): Result<Uint8Array>;
}

/** Where a host keeps derived bytes out of memory, such as in a file; by their digest. */
export interface Spill {
  /** Keeps a copy; false where it cannot, for want of room or otherwise. */
  write(sha256: string, bytes: Uint8Array): boolean;
  /** Bytes of the caller's own; undefined where it has none of this digest. */
  read(sha256: string): Uint8Array | undefined;
}

/** Bytes up to this length stay in memory. */
const SPILLED_BYTES = 4096;

/**
 * Append-only, content-addressed home of all weights. The IR holds only keys and digests, so editing
 * a module never copies a weight, and all its versions share one store. Bytes of files are read when asked for and
 * not kept; derived blobs are kept, in memory unless the host has another place.
 */
export class ConstantStore {
  readonly #host: ConstantHost;
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #verified = new Set<string>();
  #spill: Spill | undefined;

  constructor(host: ConstantHost) {
    this.#host = host;
  }

  /** Puts large blobs that are added from now on into `spill`, which must outlive the store's use. */
  spillTo(spill: Spill): void {
    this.#spill = spill;
  }

  /** Stores a copy, so later writes to `bytes` cannot change a constant. */
  add(bytes: Uint8Array): ResourceOrigin & { readonly kind: "digest" } {
    const sha256 = this.#host.sha256(bytes);
    const isSpilled = bytes.length > SPILLED_BYTES && this.#spill?.write(sha256, bytes);
    if (!isSpilled && !this.#blobs.has(sha256)) this.#blobs.set(sha256, bytes.slice());
    return { kind: "digest", byteLength: bytes.length, sha256 };
  }

  /** The bytes behind a key. Callers must not write to them: typed arrays cannot be frozen. */
  read(key: string, origin: ResourceOrigin | undefined): Result<Uint8Array> {
    if (origin === undefined)
      return fail(
        error(
          "resource-missing",
          `the module names dense_resource<${key}> but does not say where its bytes are`,
          {
            hint: `add ${key} to the {-# dialect_resources #-} section, or import the model again`,
          },
        ),
      );
    if (origin.kind === "inline") return decodeHex(key, origin.hex);
    const blob = this.#blobs.get(origin.sha256) ?? this.#spill?.read(origin.sha256);
    if (blob) return ok(blob);
    if (origin.kind === "digest")
      return fail(
        error(
          "resource-missing",
          `the ${origin.byteLength} bytes of dense_resource<${key}> are not in any file`,
          {
            hint: "the module was printed without its weights; write it with -o FILE.mlir to keep them",
          },
        ),
      );
    return this.#readFile(key, origin);
  }

  #readFile(key: string, origin: ResourceOrigin & { readonly kind: "file" }): Result<Uint8Array> {
    const { file, tensor, byteLength, sha256 } = origin;
    const bytes = this.#host.readTensor(file, tensor);
    if (!bytes.ok) return bytes;
    if (bytes.value.length !== byteLength)
      return fail(
        error(
          "resource-length",
          `tensor ${tensor} of ${file} has ${bytes.value.length} bytes, but dense_resource<${key}> needs ${byteLength}`,
          { hint: "the weights file is not the one the module was written for; import the model again" },
        ),
      );
    if (!this.#verified.has(sha256)) {
      const actual = this.#host.sha256(bytes.value);
      if (actual !== sha256)
        return fail(
          error("resource-digest", `tensor ${tensor} of ${file} has sha256 ${actual}, expected ${sha256}`, {
            hint: "the weights file has changed since the module was written; import the model again",
          }),
        );
      this.#verified.add(sha256);
    }
    return bytes;
  }
}

/** Bytes of inline text, without their alignment. */
export function decodeHex(key: string, hex: string): Result<Uint8Array> {
  if (!/^(?:[0-9a-fA-F]{2}){4,}$/.test(hex))
    return fail(
      error(
        "resource-hex",
        `dense_resource<${key}> is not whole bytes of hexadecimal digits after an alignment`,
      ),
    );
  const bytes = new Uint8Array(hex.length / 2 - 4);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(8 + 2 * i, 10 + 2 * i), 16);
  return ok(bytes);
}

/** Inline text of bytes: alignment 4, then the data. */
export const encodeHex = (bytes: Uint8Array): string =>
  `04000000${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`.toUpperCase();
