import { elementCount, type FloatTensor, type Tensor } from "../../../../compiler/numeric/tensor.ts";

/** Deterministic floats in -1 … 1 (a 32-bit linear congruential generator). */
export function randomTensor(
  shape: readonly number[],
  { seed = 1, float = "f32" }: RandomOptions = {},
): FloatTensor {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
  const length = elementCount(shape);
  const data = float === "f32" ? new Float32Array(length) : new Float64Array(length);
  for (let index = 0; index < length; index++) data[index] = next();
  return { shape, data };
}

interface RandomOptions {
  readonly seed?: number;
  readonly float?: "f32" | "f64";
}

export const f32 = (shape: readonly number[], values: readonly number[]): Tensor<Float32Array> => ({
  shape,
  data: Float32Array.from(values),
});

export const f64 = (shape: readonly number[], values: readonly number[]): Tensor<Float64Array> => ({
  shape,
  data: Float64Array.from(values),
});

export const i32 = (shape: readonly number[], values: readonly number[]): Tensor<Int32Array> => ({
  shape,
  data: Int32Array.from(values),
});

/** Everything rounding can go wrong at. */
export const hostileValues = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  2.5,
  -2.5,
  5e-324,
  1e-40,
  -1e-310,
  1e30,
  -1e30,
  1e300,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];
