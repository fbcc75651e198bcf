import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  elementCount,
  stridesOf,
  type Tensor,
  type TensorData,
} from "../../../../compiler/numeric/tensor.ts";
import { broadcastTo } from "../../../../dialects/nn/reference/broadcast.ts";
import { embedding, gather } from "../../../../dialects/nn/reference/gather.ts";
import { concat, iota, pad, reshape, slice, transpose } from "../../../../dialects/nn/reference/shape.ts";

/** A tensor of each data class whose elements are their own positions. */
function counting(shape: readonly number[]): Tensor[] {
  const values = Array.from({ length: elementCount(shape) }, (_, index) => index);
  const classes: TensorData[] = [
    Float32Array.from(values),
    Float64Array.from(values),
    Int32Array.from(values),
    BigInt64Array.from(values.map(BigInt)),
  ];
  return classes.map((data) => ({ shape, data }));
}

const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as ArrayLike<number | bigint>, Number);

/** The elements of a tensor of `shape` listed by index. */
const list = (shape: readonly number[], valueAt: (index: readonly number[]) => number): number[] =>
  Array.from({ length: elementCount(shape) }, (_, position) =>
    valueAt(shape.map((size, axis) => Math.floor(position / stridesOf(shape)[axis]!) % size)),
  );

const positionIn = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((sum, at, axis) => sum + at * stridesOf(shape)[axis]!, 0);

const shapes = fc
  .array(fc.constantFrom(0, 1, 2, 3, 5, 17), { maxLength: 4 })
  .filter((s) => elementCount(s) < 2000);

describe("data movement, in every data class", () => {
  it("transposes as indexing by the permuted index does", () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    );
    fc.assert(
      fc.property(cases, ([shape, permutation]) => {
        const turned = permutation.map((axis) => shape[axis]!);
        const expected = list(turned, (index) =>
          positionIn(
            shape,
            shape.map((_, axis) => index[permutation.indexOf(axis)]!),
          ),
        );
        for (const input of counting(shape)) {
          const result = transpose(input, { permutation });
          expect(result.shape).toEqual(turned);
          expect(result.data.constructor).toBe(input.data.constructor);
          expect(numbers(result)).toEqual(expected);
        }
      }),
      { seed: 1 },
    );
  });

  it("slices with positive and negative strides", () => {
    for (const input of counting([5, 20])) {
      expect(numbers(slice(input, { starts: [1, 2], sizes: [2, 17] }))).toEqual(
        list([2, 17], ([row, column]) => (1 + row!) * 20 + 2 + column!),
      );
      const options = { starts: [4, 1], sizes: [3, 2], strides: [-2, 7] };
      expect(numbers(slice(input, options))).toEqual([81, 88, 41, 48, 1, 8]);
      expect(slice(input, { starts: [5, 0], sizes: [0, 20] }).shape).toEqual([0, 20]);
      expect(() => slice(input, { starts: [4, 0], sizes: [2, 1] })).toThrow("internal error");
    }
  });

  it("concatenates along any axis, empty inputs included", () => {
    for (const [first, none, second] of [0, 1, 2, 3].map((kind) => [
      counting([2, 3])[kind]!,
      counting([2, 0])[kind]!,
      counting([2, 1])[kind]!,
    ])) {
      expect(numbers(concat([first!, none!, second!], { axis: 1 }))).toEqual([0, 1, 2, 0, 3, 4, 5, 1]);
      expect(numbers(concat([first!, first!], { axis: 0 }))).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    }
  });

  it("pads around the elements", () => {
    for (const input of counting([1, 2])) {
      const result = pad(input, { low: [1, 0], high: [0, 2], value: 7 });
      expect(result.shape).toEqual([2, 4]);
      expect(numbers(result)).toEqual([7, 7, 7, 7, 0, 1, 7, 7]);
    }
  });

  it("broadcasts by repeating axes of size 1 and missing axes", () => {
    for (const input of counting([2, 1])) {
      expect(numbers(broadcastTo(input, [2, 2, 3]))).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
    }
    for (const input of counting([])) expect(numbers(broadcastTo(input, [3]))).toEqual([0, 0, 0]);
    for (const input of counting([1])) expect(numbers(broadcastTo(input, [0]))).toEqual([]);
  });

  it("gathers along any axis, negative indices from the end", () => {
    const indices = { shape: [2, 1], data: Int32Array.of(-1, 0) };
    for (const input of counting([2, 3])) {
      const result = gather(input, indices, { axis: 1 });
      expect(result.shape).toEqual([2, 2, 1]);
      expect(numbers(result)).toEqual([2, 0, 5, 3]);
      expect(numbers(gather(input, { shape: [], data: BigInt64Array.of(1n) }, { axis: 0 }))).toEqual([
        3, 4, 5,
      ]);
    }
    const [table] = counting([2, 3]);
    expect(() => gather(table!, { shape: [1], data: Int32Array.of(3) }, { axis: 1 })).toThrow(RangeError);
  });

  it("embeds tokens and names a token outside the table", () => {
    const [table] = counting([3, 2]);
    expect(numbers(embedding(table!, { shape: [3], data: Int32Array.of(2, 0, 2) }))).toEqual([
      4, 5, 0, 1, 4, 5,
    ]);
    for (const token of [3, -1]) {
      expect(() => embedding(table!, { shape: [1], data: Int32Array.of(token) })).toThrow(
        new RangeError(`token ${token} is outside the table of 3 rows`),
      );
    }
  });

  it("reshapes without a copy", () => {
    for (const input of counting([2, 6])) expect(reshape(input, [3, 4]).data).toBe(input.data);
  });

  it("keeps 64-bit integers whole", () => {
    const large = { shape: [1, 2], data: BigInt64Array.of(2n ** 62n + 1n, -(2n ** 63n)) };
    expect(transpose(large, { permutation: [1, 0] }).data).toEqual(large.data);
  });
});

describe("iota", () => {
  it("counts along its axis", () => {
    expect([...iota([2, 3], 1).data]).toEqual([0, 1, 2, 0, 1, 2]);
    expect([...iota([2, 3], 0).data]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...iota([0, 3], 1).data]).toEqual([]);
  });
});
