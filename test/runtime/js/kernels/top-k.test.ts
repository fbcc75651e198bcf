import fc from "fast-check";
import { expect, test } from "vitest";
import { normalQuantile } from "../../../../dialects/lowp/tables/normal-float.ts";
import { keepAboveQuantile, keepLargestOfRows } from "../../../../dialects/sparse/activation-masks.ts";
import { rowThreshold } from "../../../../runtime/js/kernels/row-threshold.ts";
import { rowTopK, topKWorkspace } from "../../../../runtime/js/kernels/top-k.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";

interface Rows {
  readonly input: Float32Array;
  readonly width: number;
  readonly factors?: Float32Array | undefined;
}

function keep({ input, width, factors }: Rows, count: number, split: readonly number[] = []): Float32Array {
  const shape = { width, count, weighted: factors !== undefined };
  const args = {
    ...{ input, output: new Float32Array(input.length) },
    ...(factors && { factors }),
    workspace: new Uint8Array(topKWorkspace(shape)),
  };
  return runKernel(rowTopK(shape), args, { units: input.length / width, split }).output as Float32Array;
}

const expected = ({ input, width, factors }: Rows, count: number): Float32Array =>
  keepLargestOfRows({ shape: [input.length / width, width], data: input }, count, factors)
    .data as Float32Array;

const hostile = [0, -0, 1, -1, 1.5, 2 ** -149, -(2 ** -126), 3.4e38, Infinity, -Infinity, Number.NaN];

test("the same numbers of a row stay as by sorting: ties, denormals, infinities and NaN", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 19 }).chain((width) =>
        fc.record({
          width: fc.constant(width),
          count: fc.integer({ min: 1, max: width }),
          values: fc.array(fc.constantFrom(...hostile), { minLength: 3 * width, maxLength: 3 * width }),
          norms: fc.option(
            fc.array(fc.constantFrom(0, -0, 1, -2, 2 ** -149, 3e38), { minLength: width, maxLength: width }),
            { nil: undefined },
          ),
        }),
      ),
      ({ width, count, values, norms }) => {
        const rows = {
          input: Float32Array.from(values),
          width,
          factors: norms && Float32Array.from(norms),
        };
        expectSame(keep(rows, count), expected(rows, count));
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

test.each([
  [1, 1],
  [5, 3],
  [64, 1],
  [129, 40],
  [1000, 999],
])("rows of %i keep %i, however they are shared out", (width, count) => {
  const input = normalFloats(6 * width, width, 1);
  for (const factors of [undefined, normalFloats(width, width + 1, 1).map(Math.abs)]) {
    const rows = { input, width, factors };
    const found = keep(rows, count);
    expectSame(found, expected(rows, count));
    expectSame(keep(rows, count, [1, 2, 5]), found);
  }
});

test.each([
  [2, 1, 1],
  [7, 2, 1.5],
  [256, 20, 1],
])("of rows of %i about %i stay above a threshold", (width, k, multiplier) => {
  const rows = [normalFloats(width, 1, 1), normalFloats(width, 2, 1e30), new Float32Array(width)];
  const broken = [Number.NaN, Infinity].map((value) => normalFloats(width, 3, 1).with(1, value));
  const input = Float32Array.from([...rows, ...broken].flatMap((row) => [...row]));
  const reference = keepAboveQuantile({ shape: [5, width], data: input }, k, multiplier).data;
  const kernel = rowThreshold({ width, deviations: multiplier * normalQuantile(1 - k / width) });
  const args = { input, output: new Float32Array(input.length) };
  const found = runKernel(kernel, args, { units: 5 }).output as Float32Array;
  expectSame(found, reference as Float32Array);
  expectSame(runKernel(kernel, args, { units: 5, split: [1, 3] }).output as Float32Array, found);
  expect(found.some((value) => value > 0)).toBe(true);
});
