import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { type FloatType, floatBits, type IntegerType } from "../../compiler/ir/types.ts";
import { makeEncoder } from "../../compiler/numeric/float-encode.ts";
import { bitsOf, decodeTable } from "../../compiler/numeric/float-format.ts";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../compiler/numeric/half.ts";
import { packBits, unpackBits } from "../../compiler/numeric/packing.ts";
import {
  elementCount,
  type FloatTensor,
  type Tensor,
  type TensorData,
} from "../../compiler/numeric/tensor.ts";
import { namedFormat } from "./named-format.ts";

/** The nearest values of a float type, ties to even, saturating; held as f32, or f64 for f64. */
export function castDense({ shape, data }: FloatTensor, type: FloatType): FloatTensor {
  if (type.name === "f64") return { shape, data: Float64Array.from(data) };
  if (type.name === "f32") return { shape, data: Float32Array.from(data, saturated) };
  const format = namedFormat(type.name);
  const encode = makeEncoder(format);
  const values = decodeTable(format);
  const cast = new Float32Array(data.length);
  for (let index = 0; index < data.length; index++) cast[index] = values[encode(data[index]!)]!;
  return { shape, data: cast };
}

const largestSingle = (2 - 2 ** -23) * 2 ** 127;
const saturated = (value: number): number => Math.min(Math.max(value, -largestSingle), largestSingle);

/**
 * Little-endian bytes of a dense tensor; numbers of at most 16 bits follow one another without gaps. Data must be
 * values of the type.
 */
export function packDense(data: TensorData, type: FloatType | IntegerType): Uint8Array {
  if (data instanceof BigInt64Array) return bytesOf(data.slice());
  if (type.kind === "integer")
    return type.width === 32 ? bytesOf(Int32Array.from(data)) : packBits(Int32Array.from(data), type.width);
  const floats = data instanceof Int32Array ? unreachable("float data is held as floats") : data;
  switch (type.name) {
    case "f64":
      return bytesOf(Float64Array.from(floats));
    case "f32":
      return bytesOf(Float32Array.from(floats));
    case "f16":
      return bytesOf(encodeF16(floats));
    case "bf16":
      return bytesOf(encodeBf16(floats));
    default: {
      const format = namedFormat(type.name);
      return packBits(Int32Array.from(floats, makeEncoder(format, { overflow: "inf" })), bitsOf(format));
    }
  }
}

/** The tensor that packDense wrote; `bytes` is as long as the type and the shape say. */
export function unpackDense(
  bytes: Uint8Array,
  type: FloatType | IntegerType,
  shape: readonly number[],
): Tensor {
  const count = elementCount(shape);
  if (type.kind === "integer") {
    const { width, signedness } = type;
    if (width === 64) return { shape, data: new BigInt64Array(copyOf(bytes)) };
    if (width === 32) return { shape, data: new Int32Array(copyOf(bytes)) };
    return { shape, data: unpackBits(bytes, width, count, signedness !== "unsigned") };
  }
  switch (type.name) {
    case "f64":
      return { shape, data: new Float64Array(copyOf(bytes)) };
    case "f32":
      return { shape, data: new Float32Array(copyOf(bytes)) };
    case "f16":
      return { shape, data: decodeF16(new Uint16Array(copyOf(bytes))) };
    case "bf16":
      return { shape, data: decodeBf16(new Uint16Array(copyOf(bytes))) };
    default: {
      const values = decodeTable(namedFormat(type.name));
      const codes = unpackBits(bytes, floatBits[type.name], count, false);
      return { shape, data: Float32Array.from(codes, (code) => values[code]!) };
    }
  }
}

const bytesOf = (data: { readonly buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(data.buffer);

/** A copy, because typed arrays must start at a multiple of their element size. */
const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
