import { encodeBf16, encodeF16 } from "../../../compiler/numeric/half.ts";
import type { HeldFloat } from "../kernels/gather.ts";

/** Little-endian bytes of floats as they are held; those that came from a narrow float are exact in it. */
export function bytesOfFloats(values: Float32Array, held: HeldFloat): Uint8Array {
  const array = held === "f32" ? values : held === "f16" ? encodeF16(values) : encodeBf16(values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
