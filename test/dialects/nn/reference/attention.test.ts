import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { allocateLike } from "../../../../dialects/nn/reference/allocate.ts";
import { type AttentionOptions, attention } from "../../../../dialects/nn/reference/attention.ts";
import { randomTensor } from "./generate.ts";

function naiveAttention(
  query: FloatTensor,
  keys: FloatTensor,
  values: FloatTensor,
  { scale, causal }: AttentionOptions,
): FloatTensor {
  const [T, H, D] = query.shape as [number, number, number];
  const [S, G, D2] = values.shape as [number, number, number];
  const result = allocateLike(query, [T, H, D2]);
  for (let t = 0; t < T; t++)
    for (let h = 0; h < H; h++) {
      const g = Math.floor(h / (H / G));
      const seen = causal ? Math.max(0, S - T + t + 1) : S;
      const scores = Array.from({ length: seen }, (_, s) => {
        let sum = 0;
        for (let d = 0; d < D; d++) sum += query.data[(t * H + h) * D + d]! * keys.data[(s * G + g) * D + d]!;
        return sum * scale;
      });
      const largest = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - largest));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let d = 0; d < D2; d++) {
        let sum = 0;
        for (let s = 0; s < seen; s++) sum += weights[s]! * values.data[(s * G + g) * D2 + d]!;
        result.data[(t * H + h) * D2 + d] = seen === 0 ? 0 : sum / total;
      }
    }
  return result;
}

const cases: readonly [T: number, S: number, H: number, G: number, D: number, D2: number][] = [
  [1, 1, 1, 1, 1, 1],
  [1, 33, 2, 1, 4, 5],
  [7, 7, 6, 2, 3, 3],
  [33, 33, 3, 3, 8, 2],
  [5, 40, 4, 2, 7, 7],
  [17, 50, 2, 2, 2, 1],
  [7, 3, 2, 1, 4, 4],
  [40, 5, 1, 1, 2, 3],
  [3, 0, 2, 1, 4, 4],
  [0, 5, 2, 2, 4, 4],
];

describe("attention", () => {
  for (const float of ["f32", "f64"] as const)
    for (const causal of [true, false])
      it(`is bit-identical to nested loops in ${float}, ${causal ? "causal" : "seeing every key"}`, () => {
        for (const [T, S, H, G, D, D2] of cases) {
          const query = randomTensor([T, H, D], { float });
          const keys = randomTensor([S, G, D], { seed: 2 });
          const values = randomTensor([S, G, D2], { seed: 3 });
          const options = { scale: 1 / Math.sqrt(D), causal };
          expect(attention(query, keys, values, options)).toEqual(
            naiveAttention(query, keys, values, options),
          );
        }
      });

  it("does not read keys and values out of sight", () => {
    const [query, keys, values] = [
      randomTensor([20, 1, 2]),
      randomTensor([20, 1, 2]),
      randomTensor([20, 1, 2]),
    ];
    const expected = attention(query, keys, values, { scale: 1, causal: true });
    keys.data.fill(Number.NaN, 19 * 2);
    values.data.fill(Number.POSITIVE_INFINITY, 19 * 2);
    const spoiled = attention(query, keys, values, { scale: 1, causal: true });
    expect(spoiled.data.slice(0, 38)).toEqual(expected.data.slice(0, 38));
    expect(spoiled.data[38]).toBeNaN();
  });

  it("answers a query that sees no key with zeros", () => {
    const result = attention(randomTensor([3, 1, 2]), randomTensor([1, 1, 2]), randomTensor([1, 1, 2]), {
      scale: 1,
      causal: true,
    });
    expect([...result.data.slice(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it("decodes token by token to the rows of the whole sequence", () => {
    const [query, keys, values] = [randomTensor([9, 2, 4]), randomTensor([9, 1, 4]), randomTensor([9, 1, 4])];
    const whole = attention(query, keys, values, { scale: 0.5, causal: true });
    const last = attention({ shape: [1, 2, 4], data: query.data.slice(64) }, keys, values, {
      scale: 0.5,
      causal: true,
    });
    expect(last.data).toEqual(whole.data.slice(64));
  });

  it("survives scores far beyond the range of exp", () => {
    const ones = { shape: [2, 1, 1], data: Float32Array.of(1e4, 1e3) };
    const result = attention(ones, ones, ones, { scale: 1, causal: false });
    expect([...result.data]).toEqual([1e4, 1e4]);
  });
});
