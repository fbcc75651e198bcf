import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import {
  calibratedMultiplier,
  keepAboveQuantile,
  keepLargestOfRows,
} from "../../../dialects/sparse/activation-masks.ts";
import { drawTensor, gaussianTensor } from "../lowp/generate.ts";

const energy = (data: ArrayLike<number>): number => Array.from(data).reduce((sum, x) => sum + x * x, 0);
const kept = ({ data }: FloatTensor): number => Array.from(data).filter((x) => x !== 0).length;

describe("the k largest of every row", () => {
  it("are those that sorting gives, ties to the lower index", () => {
    const rows = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 12, maxLength: 12 });
    const norms = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(rows, norms, fc.integer({ min: 1, max: 6 }), (values, weights, k) => {
        const input = { shape: [2, 6], data: Float64Array.from(values) };
        const expected = [0, 6].flatMap((start) => {
          const worth = (at: number) => Math.abs(values[start + at]!) * weights[at]!;
          const stay = [0, 1, 2, 3, 4, 5].sort((a, b) => worth(b) - worth(a) || a - b).slice(0, k);
          return weights.map((_, at) => (stay.includes(at) ? values[start + at]! : 0));
        });
        expect([...keepLargestOfRows(input, k, weights).data].map((x) => x + 0)).toEqual(
          expected.map((x) => x + 0),
        );
      }),
    );
  });

  it("have a NaN and infinities among them", () => {
    const input = { shape: [4], data: Float32Array.of(1, Number.NaN, -Infinity, 5) };
    expect([...keepLargestOfRows(input, 2, undefined).data]).toEqual([0, Number.NaN, -Infinity, 0]);
  });

  it("with norms cost Σ x² c² of what is dropped where the columns are orthogonal", () => {
    const norms = Float32Array.of(3, 0.5, 2, 1);
    const weight = {
      shape: [4, 4],
      data: Float32Array.from({ length: 16 }, (_, i) => (i % 5 ? 0 : norms[i / 5]!)),
    };
    const input = { shape: [1, 4], data: Float32Array.of(0.5, 4, 0.25, 1.5) };
    const output = linear(keepLargestOfRows(input, 2, norms), weight);
    const exact = linear(input, weight);
    // |x| c = 1.5 2 0.5 1.5: the first of the two in the middle stays.
    expect(energy(exact.data.map((y, at) => y - output.data[at]!))).toBe(0.5 ** 2 + 1.5 ** 2);
  });
});

describe("half of Gaussian inputs, by magnitude and by weight", () => {
  // Figures of a run on 1024² weights; fewer draws of columns leave a few percent.
  it.each([
    [0, 0.2695, 0.2694],
    [0.5, 0.2716, 0.1906],
    [1, 0.2634, 0.0797],
  ])("with norms spread by %d", (spread, byMagnitude, byWeight) => {
    const [rows, columns] = [256, 768];
    const random = seededRandom(11);
    const norms = Float64Array.from({ length: columns }, () => Math.exp(spread * gaussian(random)));
    const draws = gaussianTensor([rows, columns], 12);
    const weight = { ...draws, data: draws.data.map((w, at) => w * norms[at % columns]!) };
    const input = gaussianTensor([16, columns], 13);
    const exact = linear(input, weight);
    const errorWith = (weights: Float64Array | undefined) => {
      const output = linear(keepLargestOfRows(input, columns / 2, weights), weight);
      return Math.sqrt(energy(exact.data.map((y, at) => y - output.data[at]!)) / energy(exact.data));
    };
    expect(errorWith(undefined) / byMagnitude).toBeCloseTo(1, 0.9);
    expect(errorWith(norms) / byWeight).toBeCloseTo(1, 0.9);
  });
});

describe("the Gaussian threshold", () => {
  const columns = 4096;
  const counts = (input: FloatTensor, k: number, multiplier = 1): readonly number[] =>
    Array.from({ length: input.data.length / columns }, (_, row) =>
      kept(
        keepAboveQuantile(
          { shape: [columns], data: input.data.subarray(row * columns, (row + 1) * columns) },
          k,
          multiplier,
        ),
      ),
    );
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const deviation = (numbers: readonly number[]) =>
    Math.sqrt(mean(numbers.map((x) => (x - mean(numbers)) ** 2)));

  // The figures of a run on other draws.
  it.each([
    [328, 328.6, 10.7],
    [205, 204.6, 9.7],
  ])("lets about %i of 4096 normal numbers through", (k, expected, spread) => {
    const found = counts(gaussianTensor([100, columns], k), k);
    // Three standard errors over 100 rows: σ / 10 of the mean, σ / √200 of the deviation.
    expect(Math.abs(mean(found) - expected)).toBeLessThan((3 * spread) / 10);
    expect(Math.abs(deviation(found) - spread)).toBeLessThan((3 * spread) / Math.sqrt(200));
    const share = k / columns;
    expect(deviation(found)).toBeLessThan(Math.sqrt(columns * share * (1 - share)));
  });

  it("lets fewer through where the numbers are spread otherwise, which a multiplier makes up for", () => {
    const laplace = drawTensor("LAP", [60, columns], 3);
    expect(mean(counts(laplace, 328)) / columns).toBeCloseTo(0.068, 2);
    const squares = gaussianTensor([60, columns], 4);
    const squared = { ...squares, data: squares.data.map((x) => Math.max(x, 0) ** 2) };
    expect(mean(counts(squared, 328)) / columns).toBeCloseTo(0.075, 2);
    expect(mean(counts(laplace, 328, 0.9))).toBeGreaterThan(mean(counts(laplace, 328)));
    const others = [drawTensor("LAP", [60, columns], 5), gaussianTensor([60, columns], 6)];
    others[1] = { ...others[1]!, data: others[1]!.data.map((x) => Math.max(x, 0) ** 2) };
    for (const [at, seen] of [laplace, squared].entries()) {
      const multiplier = calibratedMultiplier(seen, 328)!;
      expect(mean(counts(seen, 328, multiplier))).toBe(328);
      // 0.080 on other draws too: 60 rows leave 60 · 328 ± 140, spread wider by their own means and deviations.
      expect(Math.abs(mean(counts(others[at]!, 328, multiplier)) - 328)).toBeLessThan(8);
    }
  });

  it("has no multiplier where all numbers of the rows are the same, or all that stand out are small", () => {
    expect(calibratedMultiplier({ shape: [2, 8], data: new Float32Array(16).fill(3) }, 2)).toBe(undefined);
    // All but one number are below the mean 0.
    const lopsided = Float32Array.of(10, -1, -1, -1, -1, -2, -2, -2);
    expect(calibratedMultiplier({ shape: [1, 8], data: lopsided }, 2)).toBe(undefined);
    expect(
      calibratedMultiplier({ shape: [1, 8], data: Float32Array.of(9, 8, 0, 0, 0, 0, 0, 0) }, 2),
    ).toBeGreaterThan(0);
  });

  it("takes the threshold away from what stays", () => {
    // Mean 2, deviation 2: half of four numbers lie above 2.
    const input = { shape: [4], data: Float64Array.of(0, 0, 4, 4) };
    expect([...keepAboveQuantile(input, 2, 1).data]).toEqual([0, 0, 2, 2]);
  });
});
