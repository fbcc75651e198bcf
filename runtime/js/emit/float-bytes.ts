import type { Type } from "../../../compiler/ir/types.ts";
import { encodeBf16, encodeF16 } from "../../../compiler/numeric/half.ts";
import type { HeldFloat } from "../kernels/gather.ts";

/** How floats of a stored type are kept in memory: as narrow as they are stored. */
export const heldAs = (type: Type): HeldFloat =>
  type.kind === "tensor" &&
  type.element.kind === "float" &&
  (type.element.name === "bf16" || type.element.name === "f16")
    ? type.element.name
    : "f32";

/** Little-endian bytes of floats as they are held; those that came from a narrow float are exact in it. */
export function bytesOfFloats(values: Float32Array, held: HeldFloat): Uint8Array {
  const array = held === "f32" ? values : held === "f16" ? encodeF16(values) : encodeBf16(values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
