import { expect, test } from "vitest";
import { matmul } from "../../../../../dialects/nn/reference/linear.ts";
import {
  matrixProduct,
  matrixProductUnits,
} from "../../../../../runtime/js/kernels/linear/matrix-product.ts";
import { runKernel } from "../../run-kernel.ts";
import { normals } from "./dense-cases.ts";

interface Case {
  readonly left: readonly number[];
  readonly right: readonly number[];
}
const elements = (shape: readonly number[]) => shape.reduce((total, extent) => total * extent, 1);

/** Runs the kernel on tensors of given shapes, both of rank 2 or more and of one rank. */
function multiply({ left, right }: Case, data: [Float32Array, Float32Array], split: number[] = []) {
  const [rows, depth] = left.slice(-2) as [number, number];
  const columns = right.at(-1)!;
  const extents = left.slice(0, -2).map((extent, axis) => [extent, right[axis]!] as const);
  const batch = elements(extents.map(([a, b]) => (a === 1 ? b : a)));
  const named = extents.flatMap(([a, b], axis) => [
    [`left${axis}`, a],
    [`right${axis}`, b],
  ]);
  const output = new Float32Array(batch * rows * columns).fill(7);
  const buffers = { left: data[0], right: data[1], output, rows, depth, columns };
  const result = runKernel(
    matrixProduct(extents.length),
    { ...buffers, ...Object.fromEntries(named) },
    { units: matrixProductUnits(batch, rows), split },
  );
  return result.output as Float32Array;
}

const cases: Case[] = [
  { left: [1, 1], right: [1, 1] },
  { left: [3, 5], right: [5, 7] },
  { left: [33, 17], right: [17, 12] },
  { left: [6, 64], right: [64, 1] },
  { left: [5, 12], right: [12, 77] },
  { left: [2, 12], right: [12, 41] },
  { left: [3, 7], right: [7, 35] },
  { left: [5, 0], right: [0, 3] },
  { left: [4, 9, 6], right: [4, 6, 11] },
  { left: [1, 2, 3], right: [5, 3, 14] },
  { left: [3, 2, 3], right: [1, 3, 10] },
  { left: [2, 1, 5, 4], right: [1, 3, 4, 9] },
  { left: [1, 3, 2, 5, 4], right: [2, 3, 1, 4, 2] },
];
test.each(cases)(
  "$left by $right is what the interpreter gives, within the stated bound",
  ({ left, right }) => {
    const [a, b] = [normals(elements(left), 1), normals(elements(right), 2)];
    const exact = matmul({ shape: left, data: a }, { shape: right, data: b }).data;
    const scale = matmul(
      { shape: left, data: a.map(Math.abs) },
      { shape: right, data: b.map(Math.abs) },
    ).data;
    const output = multiply({ left, right }, [a, b]);
    expect(output.length).toBe(exact.length);
    const bound = (left.at(-1)! + 1) * 2 ** -24;
    for (const [i, value] of output.entries())
      expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(bound * scale[i]!);
    for (const split of [[1], [0, 1, 1]]) expect(multiply({ left, right }, [a, b], split)).toEqual(output);
  },
);

test("values that are not finite, or hardly, are treated as f32 treats them", () => {
  const values = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-45, 3.4e38, -3.4e38, 1, -2.5, -1e-38];
  const [rows, depth, columns] = [7, 3, 11];
  const left = Float32Array.from({ length: rows * depth }, (_, i) => values[(i * 3) % values.length]!);
  const right = Float32Array.from(
    { length: depth * columns },
    (_, i) => values[(i * 7 + 2) % values.length]!,
  );
  const expected = Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    return [0, 1, 2].reduce(
      (total, k) => Math.fround(total + Math.fround(left[row * depth + k]! * right[k * columns + column]!)),
      0,
    );
  });
  expect(multiply({ left: [rows, depth], right: [depth, columns] }, [left, right])).toEqual(expected);
});
