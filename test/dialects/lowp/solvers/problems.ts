import { isMismatch, type Mismatch } from "../../../../compiler/define/op.ts";
import type { WeightProblem } from "../../../../compiler/define/solver.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { lowpType } from "../text.ts";

export function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(`${value.code}: ${value.message}`);
  return value;
}

/** Σ xᵀx / count of `count` inputs of correlated channels, some of them large: x_j = d_j (z_j + a x_{j−1} / d_{j−1}). */
export function correlatedMoment(columns: number, seed: number, count = 2 * columns): Float64Array {
  const random = seededRandom(seed);
  const widths = Float64Array.from({ length: columns }, () => Math.exp(gaussian(random)));
  const moment = new Float64Array(columns * columns);
  for (let row = 0; row < count; row++) {
    let carried = 0;
    const input = widths.map((width) => {
      carried = gaussian(random) + 0.9 * carried;
      return width * carried;
    });
    for (let one = 0; one < columns; one++)
      for (let other = 0; other < columns; other++)
        moment[one * columns + other] =
          moment[one * columns + other]! + (input[one]! * input[other]!) / count;
  }
  return moment;
}

export function identityMoment(columns: number, factor = 1): Float64Array {
  const moment = new Float64Array(columns * columns);
  for (let index = 0; index < moment.length; index += columns + 1) moment[index] = factor;
  return moment;
}

export const problemOf = (weight: FloatTensor, type: string, secondMoment?: Float64Array): WeightProblem => ({
  weight,
  type: lowpType(type),
  statistics: secondMoment && { count: 1, secondMoment },
});

export const nvfp4 =
  "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32, tail = short>, tail = short>";
export const mxfp4 = "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU, tail = short>";
