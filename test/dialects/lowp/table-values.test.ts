import { describe, expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType, readType } from "./text.ts";

const table = (values: string, block: string, rest = "scale = f32"): string =>
  `!lowp.q<!lowp.table<${values}>, block = [${block}], ${rest}>`;

function squaredError(weight: FloatTensor, text: string): number {
  const numbers = right(dequantize(right(quantize(weight, lowpType(text))), "f64")).data;
  return [...weight.data].reduce((total, x, index) => total + (x - numbers[index]!) ** 2, 0);
}

describe("a value whose element is a table", () => {
  it.each([
    table("4, 1, nf", "1, 16"),
    table("8, 1, power<0.5>", "1, *"),
    table("4, 1, bitmod", "1, 16", "scale = !lowp.q<i8, block = [1, *], scale = f32>"),
    table("3, 1, bitmod", "2, 5", "scale = f16, tail = pad"),
    table("8, 2, olive", "*, *"),
    table("8, 2, olive", "1, 8", "scale = f16, tail = short"),
    table("4, 1, f16", "*, *"),
    table("3, 1, f32, per = row", "1, *", "scale = f32, shift = f32"),
    table("5, 2, bf16", "1, 8"),
    table("8, 4, f16, per = row", "*, *"),
  ])("is packed and unpacked without loss: %s", (text) => {
    const weight = gaussianTensor([6, 32], 5);
    const type = lowpType(text);
    const value = right(quantize(weight, type));
    const packed = packValue(value);
    const unpacked = right(unpackValue(type, weight.shape, (path) => packed.get(path)!));
    expect(right(dequantize(unpacked, "f32"))).toEqual(right(dequantize(value, "f32")));
    // At least 6 dB, which codes of the wrong rows would not have.
    expect(squaredError(weight, text)).toBeLessThan([...weight.data].reduce((sum, x) => sum + x * x, 0) / 4);
  });

  it("decodes a codebook of vectors that was given", () => {
    const type = lowpType(table("2, 2, f32", "1, *"));
    const value = {
      type,
      shape: [2, 6],
      components: {
        codes: { shape: [2, 3], data: Int32Array.of(0, 3, 1, 2, 2, 0) },
        table: { shape: [1, 4, 2], data: Float32Array.of(0, 1, 2, 3, -4, 5, 6, -7) },
        scale: { shape: [2, 1], data: Float32Array.of(1, 0.5) },
      },
    };
    const packed = packValue(value);
    expect([...packed].map(([path, bytes]) => [path, bytes.length])).toEqual([
      ["codes", 2],
      ["table", 32],
      ["scale", 8],
    ]);
    const read = right(unpackValue(type, [2, 6], (path) => packed.get(path)!));
    expect([...right(dequantize(read, "f32")).data]).toEqual([0, 1, 6, -7, 2, 3, -2, 2.5, -2, 2.5, 0, 0.5]);
  });

  it("folds a linear map of the vectors into the codebook", () => {
    // Dequantizing with a table whose rows are mapped is mapping what the first table gives: decode(B·c) = B·decode(c).
    const type = lowpType(table("4, 2, f64", "*, *", "scale = f64"));
    const weight = { shape: [4, 8], data: Float64Array.from(gaussianTensor([4, 8], 3).data) };
    const value = right(quantize(weight, type));
    const rows = componentOf(value, "table") as FloatTensor;
    const map = [
      [2, -1],
      [0.5, 3],
    ] as const;
    const mapped = (data: ArrayLike<number>) =>
      Float64Array.from({ length: data.length }, (_, index) => {
        const [a, b] = map[index % 2]!;
        const start = index - (index % 2);
        return a * data[start]! + b * data[start + 1]!;
      });
    const folded = {
      ...value.components,
      table: { shape: rows.shape, data: mapped(rows.data) },
      scale: { shape: [1, 1], data: Float64Array.of(1) },
    };
    const unit = { ...value.components, scale: { shape: [1, 1], data: Float64Array.of(1) } };
    const plain = right(dequantize({ ...value, components: unit }, "f64")).data;
    expect(right(dequantize({ ...value, components: folded }, "f64")).data).toEqual(mapped(plain));
  });

  it("of bitmod has for each block the grid with the least error, and never more than any one grid", () => {
    const weight = gaussianTensor([16, 64], 9);
    const value = right(quantize(weight, lowpType(table("4, 1, bitmod", "1, 32"))));
    const { data: chosen } = integersOf(value, "selector");
    expect(new Set(chosen).size).toBe(4);
    const errorsOf = (components: typeof value.components): Float64Array => {
      const numbers = right(dequantize({ ...value, components }, "f64")).data;
      const errors = new Float64Array(32);
      for (const [index, x] of weight.data.entries())
        errors[Math.floor(index / 32)]! += (x - numbers[index]!) ** 2;
      return errors;
    };
    const own = errorsOf(value.components);
    const specials = [10, -10, 16, -16];
    for (let variant = 0; variant < 4; variant++) {
      const grid = [-12, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 12, specials[variant]!];
      const largest = Math.max(...grid.map(Math.abs));
      for (let block = 0; block < 32; block++) {
        const run = [...weight.data.subarray(block * 32, (block + 1) * 32)];
        const scale = Math.fround(Math.max(...run.map(Math.abs)) / largest);
        const error = run.reduce((sum, x) => sum + Math.min(...grid.map((g) => (x - g * scale) ** 2)), 0);
        // f32 scales and quotients move errors by parts in 2^22.
        expect(own[block]!).toBeLessThanOrEqual(error * (1 + 1e-5));
        if (chosen[block] === variant) expect(own[block]! / error).toBeCloseTo(1, 5);
      }
    }
  });

  it("of data is evenly spaced where nothing solved it, by row if so told", () => {
    const weight = { shape: [2, 4], data: Float32Array.of(0, 1, 2, 3, -6, -4, 0, 0) };
    const value = right(quantize(weight, lowpType(table("2, 1, f32, per = row", "*, *"))));
    expect([...right(dequantize(value, "f32")).data]).toEqual([0, 1, 2, 3, -6, -4, 0, 0]);
    expect([...(componentOf(value, "scale") as FloatTensor).data]).toEqual([6]);
  });

  it("rounds a block of zeros to next to nothing, whatever its table", () => {
    for (const text of [
      table("3, 1, f16", "1, 4"),
      table("4, 1, log_sqrt2", "1, 4"),
      table("8, 2, olive", "1, 4"),
    ]) {
      const weight = { shape: [2, 4], data: Float32Array.of(0, 0, 0, 0, 0.25, 0.5, 0.75, 1) };
      const numbers = right(dequantize(right(quantize(weight, lowpType(text))), "f32")).data;
      expect(Math.max(...numbers.subarray(0, 4).map(Math.abs))).toBeLessThan(1e-40);
    }
  });

  it("of log √2 keeps more of a peaked distribution than the same bits of powers of two", () => {
    const peaked = Float32Array.from({ length: 256 }, (_, index) => Math.exp(-index / 16));
    const powers = peaked.reduce(
      (total, x) => total + (x - 2 ** Math.max(Math.round(Math.log2(x)), -15)) ** 2,
      0,
    );
    expect(squaredError({ shape: [256], data: peaked }, table("4, 1, log_sqrt2", "*"))).toBeLessThan(
      powers / 3,
    );
  });
});

describe("the laws of tables", () => {
  const problems = (text: string): readonly (readonly [string, string])[] =>
    readType(text).diagnostics.map(({ code, message }) => [code, message] as const);

  it.each([
    ["!lowp.table<9, 1, nf>", "table-bits", "a table of nf has 9 bits, expected 2 to 8"],
    ["!lowp.table<5, 1, bitmod>", "table-bits", "a table of bitmod has 5 bits, expected 3 to 4"],
    ["!lowp.table<8, 1, olive>", "table-dim", "a table of olive has 1 elements per code, expected 2"],
    ["!lowp.table<4, 1, nf, per = row>", "table-per", "per = row needs a table that is data, found nf"],
    [
      "!lowp.table<4, 1, power<0>>",
      "table-power",
      "the exponent of a power grid is 0, expected one between 0.1 and 10",
    ],
    [
      table("4, 1, bitmod", "1, 4", "scale = f32, shift = f32"),
      "table-shift",
      "a table of bitmod has no shift: its variants differ in their ends",
    ],
    [
      table("8, 2, olive", "1, 4", "scale = f32, rounding = floor"),
      "table-rounding",
      "rounding = floor needs one element per code, found 2",
    ],
    [
      "!lowp.q<i4, block = [1], scale = !lowp.q<!lowp.table<8, 1, f16>, block = [*], scale = f32>>",
      "nested-table",
      "a table of data cannot hold scales, zeros or shifts",
    ],
  ])("%s breaks %s", (text, code, message) => {
    expect(problems(text)).toEqual([[code, message]]);
  });

  it("of a tensor: whole vectors in a block, rows of a matrix", () => {
    expect(problems(`tensor<4x12x${table("8, 2, olive", "1, 3")}>`)).toEqual([
      ["table-divides", "2 values per code do not divide a block of 3"],
    ]);
    expect(problems(`tensor<4x3x2x${table("4, 1, f16, per = row", "1, *, *")}>`)).toEqual([
      ["table-rank", "per = row needs a tensor of rank 2, found rank 3"],
    ]);
  });

  it("scales may be in a table that the type fixes", () => {
    const text =
      "!lowp.q<i4, block = [1, 4], scale = !lowp.q<!lowp.table<8, 1, log_sqrt2>, block = [*, *], scale = f32>>";
    const value = quantize(gaussianTensor([4, 16], 1), lowpType(text));
    expect(isMismatch(value)).toBe(false);
  });

  it("refuses what no rule is called", () => {
    for (const values of ["@book", "nf4", "power", "f8E4M3FN"])
      expect(problems(`!lowp.table<4, 1, ${values}>`)[0]?.[1]).toContain("lowp.table needs values");
  });
});
