import type { FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";

const [smallestInt32, largestInt32] = [-(2 ** 31), 2 ** 31 - 1];

/** Truncates toward zero; saturates at the bounds of 32-bit integers; NaN becomes 0. */
export function castFloatToInt(input: FloatTensor): Tensor<Int32Array> {
  const data = new Int32Array(input.data.length);
  for (let index = 0; index < data.length; index++) {
    data[index] = Math.min(Math.max(input.data[index]!, smallestInt32), largestInt32);
  }
  return { shape: input.shape, data };
}

/** The nearest float of the asked width, ties to even, rounded once. */
export function intToFloat(
  input: Tensor<Int32Array> | Tensor<BigInt64Array>,
  { float }: { readonly float: "f32" | "f64" },
): FloatTensor {
  const data = float === "f32" ? new Float32Array(input.data.length) : new Float64Array(input.data.length);
  for (let index = 0; index < data.length; index++) {
    const value = input.data[index]!;
    data[index] = typeof value === "bigint" && float === "f32" ? toOddFloat64(value) : Number(value);
  }
  return { shape: input.shape, data };
}

// Rounding first to f64 and then to f32 can err by a whole f32 step; rounding first to odd cannot: the low
// 11 bits are folded into one sticky bit, which leaves at most 53 significant bits, more than 24 + 2.
function toOddFloat64(value: bigint): number {
  if (BigInt.asIntN(54, value) === value) return Number(value);
  const sticky = (value & 2047n) === 0n ? 0n : 1n;
  return Number((value >> 11n) | sticky) * 2048;
}
