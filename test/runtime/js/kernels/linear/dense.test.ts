import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../../../compiler/numeric/half.ts";
import { linear as reference } from "../../../../../dialects/nn/reference/linear.ts";
import type { Epilogue } from "../../../../../runtime/js/kernels/epilogue.ts";
import { denseLinear } from "../../../../../runtime/js/kernels/linear/dense.ts";
import { packDense, unpackDense } from "../../../../../runtime/js/kernels/linear/dense-weights.ts";
import { normals, runDense, sequentialSums } from "./dense-cases.ts";

const rounded = {
  f32: (values: Float32Array) => values,
  bf16: (values: Float32Array) => decodeBf16(encodeBf16(values)),
  f16: (values: Float32Array) => decodeF16(encodeF16(values)),
} as const;
const elements = ["f32", "bf16", "f16"] as const;
type Element = (typeof elements)[number];

/** All kinds of values an f16 has, subnormal ones too, as they come: rows of zeros, alternating signs. */
const edges = [0, -0, 2 ** -24, -(2 ** -14), 65504, -65504, 1, -1.5, 2 ** -20];
const hostile = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-45, -1e-38, 3.4e38, -3.4e38, 1, -2.5];
const cycle = (values: readonly number[], length: number) =>
  Float32Array.from({ length }, (_, i) => values[(i * 7 + Math.floor(i / 5)) % values.length]!);

const madeLinear = (element: Element, columns: number, depth: number, seed = 1) => ({
  ...{ columns, depth, element },
  weight: rounded[element](normals(columns * depth, seed)),
});

test.each(elements)("a weight of %s is packed without loss", (element) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 35 }), fc.integer({ min: 1, max: 9 }), (columns, depth) => {
      const linear = { columns, depth, element, weight: cycle(edges, columns * depth) };
      const weight = rounded[element](linear.weight);
      expect(unpackDense(packDense({ ...linear, weight }), linear)).toEqual(weight);
    }),
  );
});

test.each(elements)(
  "%s: an output is the sum in ascending depth, whatever the rows and columns",
  (element) => {
    for (const [columns, depth] of [
      [1, 1],
      [3, 129],
      [8, 7],
      [13, 300],
      [40, 128],
      [70, 31],
    ] as const) {
      const linear = madeLinear(element, columns, depth, columns);
      const input = normals(33 * depth, depth);
      const expected = sequentialSums(linear, 33, input);
      for (const rows of [1, 2, 3, 4, 5, 6, 7, 8, 33])
        expect(runDense(linear, { rows, input: input.subarray(0, rows * depth) })).toEqual(
          expected.subarray(0, rows * columns),
        );
    }
  },
);

test.each(elements)("%s: units may be split in any way", (element) => {
  const linear = madeLinear(element, 77, 140);
  for (const rows of [1, 2, 4, 7]) {
    const input = normals(rows * 140, rows);
    const whole = runDense(linear, { rows, input });
    for (const split of [[1], [3, 4, 9], [2, 2, 8], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
      expect(runDense(linear, { rows, input, split })).toEqual(whole);
  }
});

test.each(elements)(
  "%s: values that are not finite, or hardly, are treated as f32 treats them",
  (element) => {
    const [columns, depth] = [11, 9];
    const weight = rounded[element](
      cycle(element === "f16" ? edges : [...hostile, ...edges], columns * depth),
    );
    const linear = { columns, depth, element, weight };
    for (const rows of [1, 2, 5]) {
      for (const values of [hostile, [...hostile.slice(3), ...edges], [0], [-0, 1e-45]]) {
        const input = cycle(values, rows * depth);
        expect(runDense(linear, { rows, input })).toEqual(sequentialSums(linear, rows, input));
      }
    }
  },
);

test("the error is within the stated bound of the interpreter's sums", () => {
  const [rows, columns, depth] = [6, 19, 777];
  const linear = madeLinear("f32", columns, depth);
  const input = normals(rows * depth, 5);
  const of = (data: Float32Array, shape: number[]) => ({ shape, data });
  const absolute = (data: Float32Array) => data.map(Math.abs);
  const exact = reference(of(input, [rows, depth]), of(linear.weight, [columns, depth])).data;
  const scale = reference(
    of(absolute(input), [rows, depth]),
    of(absolute(linear.weight), [columns, depth]),
  ).data;
  const output = runDense(linear, { rows, input });
  for (const [i, value] of output.entries())
    expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual((depth + 1) * 2 ** -24 * scale[i]!);
});

test("an f16 weight with values that are not finite is stored as f32", () => {
  const weight = Float32Array.of(1, Number.NaN, Infinity, 2);
  const linear = { columns: 2, depth: 2, element: "f16" as const, weight };
  expect(denseLinear({ ...linear, epilogue: plain }).kernel.name).toContain("f32");
  const input = Float32Array.of(3, 0.5);
  expect(runDense(linear, { rows: 1, input })).toEqual(Float32Array.of(Number.NaN, Infinity));
});

const plain: Epilogue = { bias: false, activation: undefined, multiplier: false, residual: false };
const epilogues: Epilogue[] = [true, false].flatMap((bias) =>
  ([undefined, "relu", "silu"] as const).flatMap((activation) =>
    [true, false].flatMap((multiplier) =>
      [true, false].map((residual) => ({ bias, activation, multiplier, residual })),
    ),
  ),
);

test.each(epilogues)(
  "fuses bias $bias, $activation, multiplier $multiplier, residual $residual",
  (epilogue) => {
    const [columns, depth] = [21, 10];
    const linear = madeLinear("f32", columns, depth);
    for (const rows of [1, 3, 6]) {
      const input = normals(rows * depth, 2);
      const all = {
        bias: normals(columns, 3),
        multiplier: normals(rows * columns, 4),
        residual: normals(rows * columns, 5),
      };
      const expected = runDense(linear, { rows, input }).map((value, i) => {
        const biased = epilogue.bias ? Math.fround(value + all.bias[i % columns]!) : value;
        const activated =
          epilogue.activation === "relu"
            ? Math.max(0, biased)
            : epilogue.activation === "silu"
              ? biased / (1 + Math.exp(-biased))
              : biased;
        const multiplied = epilogue.multiplier ? Math.fround(activated * all.multiplier[i]!) : activated;
        return epilogue.residual ? multiplied + all.residual[i]! : multiplied;
      });
      const fused = Object.fromEntries(
        Object.entries(all).filter(([name]) => epilogue[name as keyof typeof all]),
      );
      const output = runDense({ ...linear, epilogue }, { rows, input, fused, split: [1] });
      if (epilogue.activation !== "silu") expect(output).toEqual(expected);
      // A few roundings of the exponential and the quotient apart.
      else for (const [i, value] of output.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    }
  },
);
