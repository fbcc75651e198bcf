import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transpose } from "../../../../dialects/nn/reference/shape.ts";
import { logSoftmax, softmax } from "../../../../dialects/nn/reference/softmax.ts";
import { f32, f64, randomTensor } from "./generate.ts";

describe("softmax", () => {
  it("sums to 1 and does not change under a common shift", () => {
    const values = fc.array(fc.integer({ min: -700, max: 700 }), { minLength: 1, maxLength: 33 });
    fc.assert(
      fc.property(values, fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), (row, shift) => {
        const plain = softmax(f64([row.length], row), { axis: 0 });
        // Integers of this size shift without rounding, so the results agree to the bit.
        expect(
          softmax(
            f64(
              [row.length],
              row.map((x) => x + shift),
            ),
            { axis: 0 },
          ),
        ).toEqual(plain);
        expect(Math.abs(plain.data.reduce((sum, x) => sum + x, 0) - 1)).toBeLessThan(1e-14);
      }),
      { seed: 1 },
    );
  });

  it("normalises along any axis as it does along the last", () => {
    const input = randomTensor([3, 5, 7]);
    const permutation = [0, 2, 1];
    const turned = softmax(transpose(input, { permutation }), { axis: 2 });
    expect(softmax(input, { axis: 1 })).toEqual(transpose(turned, { permutation }));
  });

  it("has no overflow and gives masked elements weight 0", () => {
    expect(softmax(f32([3], [1e30, 1e30, Number.NEGATIVE_INFINITY]), { axis: 0 })).toEqual(
      f32([3], [0.5, 0.5, 0]),
    );
  });

  it("is NaN throughout a slice with NaN", () => {
    expect([...softmax(f32([2], [Number.NaN, 1]), { axis: 0 }).data]).toEqual([Number.NaN, Number.NaN]);
  });

  it("accepts empty tensors", () => {
    expect(softmax(f32([0, 3], []), { axis: 1 })).toEqual(f32([0, 3], []));
    expect(softmax(f32([3, 0], []), { axis: 1 })).toEqual(f32([3, 0], []));
  });
});

describe("logSoftmax", () => {
  it("is the logarithm of softmax where that is representable, and finite where it is not", () => {
    const input = randomTensor([5, 7], { float: "f64" });
    const expected = softmax(input, { axis: 0 }).data.map(Math.log);
    const actual = logSoftmax(input, { axis: 0 }).data;
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 14);
    expect([...logSoftmax(f64([2], [0, -1e5]), { axis: 0 }).data]).toEqual([0, -1e5]);
  });
});
