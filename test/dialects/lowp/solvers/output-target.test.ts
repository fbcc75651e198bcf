import { describe, expect, it } from "vitest";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { outputTarget } from "../../../../dialects/lowp/solvers/output-target.ts";
import { right } from "./problems.ts";

const [rows, columns, tokens] = [3, 5, 40];
const random = seededRandom(7);
const matrix = (height: number, width: number) =>
  Array.from({ length: height }, () => Array.from({ length: width }, () => gaussian(random)));
const clean = matrix(tokens, columns);
const noisy = clean.map((row) => row.map((x, i) => 0.9 * x + 0.2 * gaussian(random) + 0.05 * i));
const momentOf = (left: number[][], right_: number[][]) =>
  Float64Array.from({ length: columns ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return left.reduce((sum, row, t) => sum + row[i]! * right_[t]![j]!, 0) / tokens;
  });
const weight = { shape: [rows, columns], data: Float64Array.from(matrix(rows, columns).flat()) };

/** Σ over tokens and rows of (T x′ − W x)² + λ Σ (T − W)², per token. */
function error(target: Float64Array, penalty: number): number {
  let total = 0;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < tokens; t++) {
      let difference = 0;
      for (let i = 0; i < columns; i++)
        difference +=
          target[row * columns + i]! * noisy[t]![i]! - weight.data[row * columns + i]! * clean[t]![i]!;
      total += difference ** 2 / tokens;
    }
    for (let i = 0; i < columns; i++)
      total += penalty * (target[row * columns + i]! - weight.data[row * columns + i]!) ** 2;
  }
  return total;
}

describe("the target for inputs that have changed", () => {
  const moment = momentOf(noisy, noisy);
  const cross = momentOf(clean, noisy);
  const mean =
    Array.from({ length: columns }, (_, i) => moment[i * (columns + 1)]!).reduce((a, b) => a + b) / columns;

  it.each([1e-6, 0.01, 1])("has the least error of outputs, with a damping of %s", (damping) => {
    const { data } = right(outputTarget(weight, cross, moment, damping));
    const least = error(Float64Array.from(data), damping * mean);
    expect(least).toBeLessThan(error(weight.data, damping * mean));
    for (let at = 0; at < data.length; at++)
      for (const step of [-1e-3, 1e-3]) {
        const moved = Float64Array.from(data);
        moved[at] = moved[at]! + step;
        expect(error(moved, damping * mean)).toBeGreaterThan(least);
      }
  });

  it("is the weight where nothing has changed", () => {
    const { data } = right(outputTarget(weight, moment, moment, 0.01));
    for (const [at, x] of weight.data.entries()) expect(data[at]).toBeCloseTo(x, 12);
  });

  it("has the precision of the weight", () => {
    const single = { ...weight, data: Float32Array.from(weight.data) };
    expect(right(outputTarget(single, cross, moment, 0.01)).data).toBeInstanceOf(Float32Array);
  });

  it("refuses a second moment that is none", () => {
    const wrong = new Float64Array(columns ** 2).fill(-1);
    expect(outputTarget(weight, cross, wrong, 0.01)).toMatchObject({ code: "not-positive-definite" });
  });
});
