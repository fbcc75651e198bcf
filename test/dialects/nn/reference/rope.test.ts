import { describe, expect, it } from "vitest";
import { rope } from "../../../../dialects/nn/reference/rope.ts";
import { f32, f64, i32, randomTensor } from "./generate.ts";

const positions = i32([5], [0, 1, 7, 1000, 32767]);

describe("rope", () => {
  for (const interleaved of [true, false]) {
    const options = { theta: 10000, interleaved };
    const layout = interleaved ? "interleaved" : "half-split";

    it(`preserves the norm of every pair, ${layout}`, () => {
      const input = randomTensor([5, 3, 8], { float: "f64" });
      const turned = rope(input, positions, options);
      for (let row = 0; row < 15; row++)
        for (let pair = 0; pair < 4; pair++) {
          const [first, second] = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + 4];
          const before = Math.hypot(input.data[row * 8 + first]!, input.data[row * 8 + second]!);
          const after = Math.hypot(turned.data[row * 8 + first]!, turned.data[row * 8 + second]!);
          // A few f64 roundings.
          expect(Math.abs(after - before)).toBeLessThan(1e-15);
        }
    });

    it(`makes dot products depend on the distance of positions only, ${layout}`, () => {
      const [query, key] = [
        randomTensor([1, 1, 8], { float: "f64" }),
        randomTensor([1, 1, 8], { seed: 2, float: "f64" }),
      ];
      const score = (queryPosition: number, keyPosition: number): number => {
        const left = rope(query, i32([1], [queryPosition]), options).data;
        const right = rope(key, i32([1], [keyPosition]), options).data;
        return Array.from(left).reduce((sum, value, index) => sum + value * right[index]!, 0);
      };
      // The angles reach 1000, so their rounding reaches 1000 * 2^-53.
      expect(Math.abs(score(7, 3) - score(1007, 1003))).toBeLessThan(1e-12);
    });

    it(`turns reordered pairs as it turned them before, ${layout}`, () => {
      const input = randomTensor([5, 2, 6], { float: "f64" });
      const pairs = [2, 0, 1];
      const channels = interleaved ? [4, 5, 0, 1, 2, 3] : [2, 0, 1, 5, 3, 4];
      const order = (data: ArrayLike<number>): readonly number[] =>
        Array.from(data, (_, at) => data[at - (at % 6) + channels[at % 6]!]!);
      const moved = { shape: input.shape, data: Float64Array.from(order(input.data)) };
      const turned = rope(input, positions, options);
      expect(Array.from(rope(moved, positions, { ...options, pairs }).data)).toEqual(order(turned.data));
    });

    it(`leaves position 0 as it is, ${layout}`, () => {
      const input = randomTensor([1, 2, 6]);
      expect(rope(input, i32([1], [0]), options)).toEqual(input);
    });
  }

  it("turns half-split pairs as rotate_half does and interleaved pairs as neighbours", () => {
    const input = f64([1, 1, 4], [1, 2, 3, 4]);
    const [c0, s0, c1, s1] = [Math.cos(3), Math.sin(3), Math.cos(0.03), Math.sin(0.03)];
    const at3 = i32([1], [3]);
    const close = (actual: Float64Array | Float32Array, expected: readonly number[]) => {
      for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 14);
    };
    close(rope(input, at3, { theta: 10000, interleaved: false }).data, [
      c0 - 3 * s0,
      2 * c1 - 4 * s1,
      3 * c0 + s0,
      4 * c1 + 2 * s1,
    ]);
    close(rope(input, at3, { theta: 10000, interleaved: true }).data, [
      c0 - 2 * s0,
      2 * c0 + s0,
      3 * c1 - 4 * s1,
      4 * c1 + 3 * s1,
    ]);
  });

  it("uses f32 cosines and sines for f32 input and f64 ones for f64 input", () => {
    const at1 = i32([1], [1]);
    const options = { theta: 10000, interleaved: false };
    expect([...rope(f32([1, 1, 2], [3, 0]), at1, options).data]).toEqual([
      Math.fround(3 * Math.fround(Math.cos(1))),
      Math.fround(3 * Math.fround(Math.sin(1))),
    ]);
    expect([...rope(f64([1, 1, 2], [3, 0]), at1, options).data]).toEqual([3 * Math.cos(1), 3 * Math.sin(1)]);
  });
});
