import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { keepLargestOfRows } from "../../../dialects/sparse/activation-masks.ts";
import { columnNorms } from "../../../dialects/sparse/activation-shares.ts";
import { dropErrors, dropLevels } from "../../../dialects/sparse/drop-errors.ts";
import { gaussianTensor } from "../lowp/generate.ts";

const energy = (data: ArrayLike<number>): number => Array.from(data).reduce((sum, x) => sum + x * x, 0);
const inF64 = ({ shape, data }: FloatTensor) => ({ shape, data: Float64Array.from(data) });

describe("levels", () => {
  it("are about 20 steps that keep something", () => {
    expect(dropLevels(1)).toEqual([0]);
    expect(dropLevels(3)).toEqual([0, 1, 2]);
    expect(dropLevels(100)).toEqual(Array.from({ length: 20 }, (_, i) => 5 * i));
  });
});

describe("errors of dropped inputs", () => {
  it("are those of the ops that drop them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
        (rows, columns, seed, byWeight) => {
          const weight = inF64(gaussianTensor([rows, columns], seed));
          const sample = inF64(gaussianTensor([5, columns], seed + 1));
          const norms = byWeight ? columnNorms(weight) : undefined;
          const dropped = dropLevels(columns);
          const exact = linear(sample, weight).data;
          const expected = dropped.map((count) => {
            const few = linear(keepLargestOfRows(sample, columns - count, norms), weight).data;
            return energy(exact.map((y, at) => y - few[at]!)) / energy(exact);
          });
          const errors = dropErrors(weight, sample, norms, dropped);
          for (const [level, error] of errors.entries()) expect(error).toBeCloseTo(expected[level]!, 10);
          expect(errors[0]).toBe(0);
        },
      ),
    );
  });

  it("are Σ x² c² of what is dropped where the columns are orthogonal", () => {
    // Columns along the axes, 3, 0.5, 2 and 1 long; |x| c = 1.5, 2, 0.5 and 1.5.
    const weight = { shape: [4, 4], data: new Float64Array(16) };
    for (const [i, length] of [3, 0.5, 2, 1].entries()) weight.data[5 * i] = length;
    const sample = { shape: [1, 4], data: Float32Array.of(0.5, 4, 0.25, 1.5) };
    const signal = 1.5 ** 2 + 2 ** 2 + 0.5 ** 2 + 1.5 ** 2;
    expect(dropErrors(weight, sample, columnNorms(weight), [0, 1, 2, 3])).toEqual(
      [0, 0.5 ** 2, 0.5 ** 2 + 1.5 ** 2, 0.5 ** 2 + 2 * 1.5 ** 2].map((error) => error / signal),
    );
  });

  it("are none of an output that is zero, and not finite where it is not", () => {
    const sample = { shape: [1, 2], data: Float32Array.of(1, 2) };
    expect(dropErrors({ shape: [1, 2], data: Float64Array.of(0, -0) }, sample, undefined, [0, 1])).toEqual([
      0, 0,
    ]);
    const canceled = dropErrors({ shape: [1, 2], data: Float64Array.of(2, -1) }, sample, undefined, [0, 1]);
    expect(canceled).toEqual([0, Infinity]);
    const [, error] = dropErrors(
      { shape: [1, 2], data: Float64Array.of(Infinity, 1) },
      sample,
      undefined,
      [0, 1],
    );
    expect(error).toBeNaN();
  });
});
