import type { TensorData } from "../../numeric/tensor.ts";

interface NpyDtype {
  /** Bytes of one element in the file. */
  readonly size: number;
  /** The elements of a little-endian buffer, widened to a type of `TensorData`. */
  readonly decode: (bytes: ArrayBuffer) => TensorData;
}

/** The element types that can be read, by numpy's `descr`. Host order is taken to be little-endian, as on every platform Node ships for but s390x. */
export const npyDtypes: ReadonlyMap<string, NpyDtype> = new Map<string, NpyDtype>([
  ["<f4", { size: 4, decode: (bytes) => new Float32Array(bytes) }],
  ["<f8", { size: 8, decode: (bytes) => new Float64Array(bytes) }],
  ["<i8", { size: 8, decode: (bytes) => new BigInt64Array(bytes) }],
  ["<i4", { size: 4, decode: (bytes) => new Int32Array(bytes) }],
  ["<i2", { size: 2, decode: (bytes) => Int32Array.from(new Int16Array(bytes)) }],
  ["<u2", { size: 2, decode: (bytes) => Int32Array.from(new Uint16Array(bytes)) }],
  ["|i1", { size: 1, decode: (bytes) => Int32Array.from(new Int8Array(bytes)) }],
  ["|u1", { size: 1, decode: (bytes) => Int32Array.from(new Uint8Array(bytes)) }],
  ["|b1", { size: 1, decode: (bytes) => Int32Array.from(new Uint8Array(bytes)) }],
]);
