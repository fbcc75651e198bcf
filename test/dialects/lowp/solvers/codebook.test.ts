import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { complete } from "../../../../compiler/schema/schema.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { codebook, solveCodebooks } from "../../../../dialects/lowp/solvers/codebook.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { componentOf } from "../../../../dialects/lowp/values.ts";
import { decibels } from "../decibels.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { correlatedMoment, problemOf, right } from "./problems.ts";

const byRow = (bits: number): string =>
  `!lowp.q<!lowp.table<${bits}, 1, f16, per = row>, block = [*, *], scale = f32>`;

/** Rows of 384 with a few large weights, and how much each column matters. (F10) */
function heavyTailed(): { readonly weight: FloatTensor; readonly importance: Float64Array } {
  const random = seededRandom(3);
  const data = gaussianTensor([48, 384], 3).data.map((x) => (random() < 0.003 ? 6 * x : x));
  const importance = Float64Array.from({ length: 384 }, () => Math.exp(1.5 * gaussian(random)));
  return { weight: { shape: [48, 384], data }, importance };
}

const diagonal = (importance: Float64Array): Float64Array => {
  const matrix = new Float64Array(importance.length ** 2);
  for (const [index, x] of importance.entries()) matrix[index * (importance.length + 1)] = x;
  return matrix;
};

/** Σ importance · (w′ − w)². */
const weightedError = ({ data }: FloatTensor, numbers: ArrayLike<number>, importance: Float64Array): number =>
  Array.from(data, (x, at) => importance[at % importance.length]! * (x - numbers[at]!) ** 2).reduce(
    (sum, each) => sum + each,
    0,
  );

/** Rows at the nearest of `levels` numbers, evenly spread from their least to their largest. */
function evenGrid({ shape, data }: FloatTensor, levels: number): Float64Array {
  const columns = shape[1]!;
  const output = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += columns) {
    const row = Array.from(data.subarray(start, start + columns));
    const [least, step] = [Math.min(...row), (Math.max(...row) - Math.min(...row)) / (levels - 1)];
    for (const [at, x] of row.entries())
      output[start + at] = step > 0 ? least + Math.round((x - least) / step) * step : x;
  }
  return output;
}

describe("codebook", () => {
  // The paper's order with at least the margins of F10, which were of other draws: 9.1 < 14.6 < 15.8 and 15.8 < 21 < 23.2.
  it.each([
    [3, 14.6, 15.8, 1],
    [4, 21, 23.2, 1.5],
  ] as const)("%i bits: even spacing < k-means < weighted k-means", (bits, plain, weighted, margin) => {
    const { weight, importance } = heavyTailed();
    const type = lowpType(byRow(bits));
    const even = decibels(weight, right(quantize(weight, type)), importance);
    const means = decibels(weight, right(solveCodebooks(weight, type, undefined)), importance);
    const sensitive = decibels(weight, right(solveCodebooks(weight, type, diagonal(importance))), importance);
    expect(means - even).toBeGreaterThan(4);
    expect(sensitive - means).toBeGreaterThan(margin);
    expect(Math.abs(means - plain)).toBeLessThan(0.8);
    expect(Math.abs(sensitive - weighted)).toBeLessThan(0.8);
  });

  it("is never worse than an even grid of as many levels, whatever the columns weigh", () => {
    const grids = fc.record({
      bits: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 40 }),
      spread: fc.constantFrom(0, 1, 4),
      seed: fc.nat(2 ** 20),
    });
    fc.assert(
      fc.property(grids, ({ bits, columns, spread, seed }) => {
        const random = seededRandom(seed);
        const weight = gaussianTensor([3, columns], seed);
        const importance = Float64Array.from({ length: columns }, () => Math.exp(spread * gaussian(random)));
        const table = lowpType(
          `!lowp.q<!lowp.table<${bits}, 1, f32, per = row>, block = [*, *], scale = f32>`,
        );
        const value = right(solveCodebooks(weight, table, diagonal(importance)));
        const found = weightedError(weight, right(dequantize(value, "f64")).data, importance);
        const even = weightedError(weight, evenGrid(weight, 2 ** bits), importance);
        // Scales, centres and their products are rounded to f32.
        const energy = weightedError(weight, new Float64Array(weight.data.length), importance);
        expect(found).toBeLessThanOrEqual(even * (1 + 1e-6) + energy * 2 ** -44);
      }),
      { numRuns: 60 },
    );
  });

  it("has one table for the tensor or one for each row, in the type they are stored in", () => {
    const weight = gaussianTensor([4, 64], 1);
    const shapeOf = (text: string) =>
      componentOf(right(solveCodebooks(weight, lowpType(text), undefined)), "table").shape;
    expect(shapeOf(byRow(3))).toEqual([4, 8, 1]);
    expect(shapeOf("!lowp.q<!lowp.table<3, 1, f32>, block = [1, 16], scale = f16>")).toEqual([1, 8, 1]);
    const coarse = right(
      solveCodebooks(
        weight,
        lowpType("!lowp.q<!lowp.table<3, 1, bf16>, block = [*, *], scale = f32>"),
        undefined,
      ),
    );
    const { data } = componentOf(coarse, "table") as FloatTensor;
    expect([...data].every((x) => (new Uint32Array(Float32Array.of(x).buffer)[0]! & 0xffff) === 0)).toBe(
      true,
    );
  });

  it("fills up rows and columns where the tail says so", () => {
    const text = "!lowp.q<!lowp.table<2, 1, f16, per = row>, block = [2, 4], scale = f32, tail = pad>";
    const weight = gaussianTensor([3, 6], 1);
    const value = right(solveCodebooks(weight, lowpType(text), undefined));
    expect(componentOf(value, "table").shape).toEqual([4, 4, 1]);
    expect(right(dequantize(value, "f32")).shape).toEqual([3, 6]);
    const { report } = right(solveWeight(codebook, problemOf(weight, text), { sensitivity: "none" }));
    expect(report.loss).toBeLessThan(report.baseline);
  });

  it("keeps rows of few values exactly", () => {
    const weight = { shape: [2, 6], data: Float32Array.of(1, -1, 0.5, 1, -1, 0.5, 2, 2, 2, 2, 2, 0.25) };
    const value = right(solveCodebooks(weight, lowpType(byRow(2)), undefined));
    expect(right(dequantize(value, "f32")).data).toEqual(weight.data);
  });

  it("serves the outputs where it is told what the inputs are, and asks for them", () => {
    const weight = gaussianTensor([8, 48], 2);
    const options = { sensitivity: "activation" } as const;
    const moment = correlatedMoment(48, 1);
    const sensitive = right(solveWeight(codebook, problemOf(weight, byRow(3), moment), options)).report;
    expect(sensitive).toMatchObject({ objective: "output", fellBack: false });
    expect(solveWeight(codebook, problemOf(weight, byRow(3)), options)).toMatchObject({
      code: "statistics-missing",
    });
    const plain = right(solveWeight(codebook, problemOf(weight, byRow(3)), { sensitivity: "none" }));
    expect(plain.report).toMatchObject({ objective: "weight", fellBack: false });
  });

  it("with error feedback of gptq has less output error than without", () => {
    const weight = gaussianTensor([16, 64], 4);
    const moment = correlatedMoment(64, 5);
    for (const text of [byRow(3), byRow(2)]) {
      const problem = problemOf(weight, text, moment);
      const alone = right(solveWeight(codebook, problem, { sensitivity: "activation" })).report.loss;
      const fed = right(solveWeight(gptq, problem, complete(gptq.options, {}) as never)).report.loss;
      expect(fed).toBeLessThan(0.8 * alone);
    }
  });

  it("refuses other elements, vectors, and a search that is too large", () => {
    const refuse = (text: string, shape = [2, 8]) =>
      solveCodebooks({ shape, data: new Float32Array(shape[0]! * shape[1]!) }, lowpType(text), undefined);
    expect(refuse("!lowp.q<i4, block = [1, *], scale = f32>")).toMatchObject({ code: "codebook-element" });
    expect(refuse("!lowp.q<!lowp.table<8, 2, f16>, block = [1, *], scale = f32>")).toMatchObject({
      code: "codebook-element",
    });
    expect(refuse("!lowp.q<!lowp.table<16, 1, f16>, block = [*, *], scale = f32>", [64, 128])).toMatchObject({
      code: "codebook-size",
    });
  });
});
