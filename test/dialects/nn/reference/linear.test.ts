import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { allocateLike } from "../../../../dialects/nn/reference/allocate.ts";
import { linear, matmul } from "../../../../dialects/nn/reference/linear.ts";
import { f32, f64, hostileValues, randomTensor } from "./generate.ts";

const sizes = [0, 1, 2, 3, 5, 7, 33];

function naiveLinear(input: FloatTensor, weight: FloatTensor, bias?: FloatTensor): FloatTensor {
  const [columns, depth] = [weight.shape[0]!, weight.shape[1]!];
  const result = allocateLike(input, [...input.shape.slice(0, -1), columns]);
  for (let index = 0; index < result.data.length; index++) {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += input.data[row * depth + k]! * weight.data[column * depth + k]!;
    result.data[index] = bias ? sum + bias.data[column]! : sum;
  }
  return result;
}

describe("linear", () => {
  it("is bit-identical to the naive f64-accumulating loop at every combination of odd sizes", () => {
    for (const rows of sizes)
      for (const depth of sizes)
        for (const columns of sizes) {
          const input = randomTensor([rows, depth], { seed: rows + 1, float: depth % 2 ? "f64" : "f32" });
          const weight = randomTensor([columns, depth], { seed: columns + 9 });
          const bias = randomTensor([columns], { seed: 5 });
          expect(linear(input, weight, bias)).toEqual(naiveLinear(input, weight, bias));
          expect(linear(input, weight)).toEqual(naiveLinear(input, weight));
        }
  });

  it("propagates infinities, NaN and signed zeros as the naive loop does", () => {
    const element = fc.oneof(fc.constantFrom(...hostileValues), fc.float());
    const matrices = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.nat(5))
      .chain(([rows, columns, depth]) =>
        fc.tuple(
          fc
            .array(element, { minLength: rows * depth, maxLength: rows * depth })
            .map((v) => f64([rows, depth], v)),
          fc
            .array(element, { minLength: columns * depth, maxLength: columns * depth })
            .map((v) => f32([columns, depth], v)),
        ),
      );
    fc.assert(
      fc.property(matrices, ([input, weight]) => {
        expect(linear(input, weight)).toEqual(naiveLinear(input, weight));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("rounds once, after the bias", () => {
    // 2^24 + 1 is not an f32: rounding before the bias of 1 would lose both.
    const input = f32([2], [2 ** 24, 1]);
    expect(linear(input, f32([1, 2], [1, 1]), f32([1], [1])).data[0]).toBe(2 ** 24 + 2);
  });

  it("accepts any number of leading axes, none included", () => {
    const weight = randomTensor([3, 5]);
    expect(linear(randomTensor([5]), weight).shape).toEqual([3]);
    expect(linear(randomTensor([2, 1, 4, 5]), weight)).toEqual(
      naiveLinear(randomTensor([2, 1, 4, 5]), weight),
    );
  });

  it("gives the same bits whatever was multiplied before", () => {
    const [input, weight] = [randomTensor([3, 7]), randomTensor([5, 7])];
    const before = linear(input, weight);
    linear(f32([1, 40], new Array<number>(40).fill(Number.NaN)), randomTensor([20, 40]));
    expect(linear(input, weight)).toEqual(before);
  });
});

describe("matmul", () => {
  it("agrees with nested loops for matrices of odd sizes", () => {
    for (const rows of sizes)
      for (const depth of sizes)
        for (const columns of sizes) {
          const [left, right] = [randomTensor([rows, depth]), randomTensor([depth, columns], { seed: 3 })];
          const expected = allocateLike(left, [rows, columns]);
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              let sum = 0;
              for (let k = 0; k < depth; k++) sum += left.data[i * depth + k]! * right.data[k * columns + j]!;
              expected.data[i * columns + j] = sum;
            }
          expect(matmul(left, right)).toEqual(expected);
        }
  });

  it("broadcasts leading axes as numpy does", () => {
    const [left, right] = [randomTensor([2, 1, 3, 4]), randomTensor([5, 4, 2], { seed: 3 })];
    const product = matmul(left, right);
    expect(product.shape).toEqual([2, 5, 3, 2]);
    const item = matmul(
      { shape: [3, 4], data: left.data.slice(12, 24) },
      { shape: [4, 2], data: right.data.slice(16, 24) },
    );
    expect(product.data.slice((5 + 2) * 6, (5 + 3) * 6)).toEqual(item.data);
  });

  it("treats 1-D operands as a row and a column and drops their axis", () => {
    const [row, matrix] = [f32([2], [1, 2]), f32([2, 3], [1, 2, 3, 4, 5, 6])];
    expect(matmul(row, matrix)).toEqual(f32([3], [9, 12, 15]));
    expect(matmul(matrix, f32([3], [1, 0, -1]))).toEqual(f32([2], [-2, -2]));
    expect(matmul(row, row)).toEqual(f32([], [5]));
    expect(matmul(row, randomTensor([4, 2, 3])).shape).toEqual([4, 3]);
  });
});
