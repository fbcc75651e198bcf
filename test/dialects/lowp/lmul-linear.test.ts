import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { tensorType } from "../../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { lmulFormat } from "../../../dialects/lowp/lmul-format.ts";
import { lmulLinear, lmulMatrix } from "../../../dialects/lowp/lmul-linear.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { narrow, temporaryFolder, write } from "../../compiler/cli/command-line.ts";
import { lmulByFormula } from "../../compiler/numeric/lmul-formula.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

function certain<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

const floatOf = (one: CompositeValue, other: CompositeValue) =>
  certain(lmulFormat(tensorType(one.shape, one.type), tensorType(other.shape, other.type)));

function multiply(
  input: CompositeValue,
  weight: CompositeValue,
  precision: "f32" | "f64" = "f64",
  bias?: FloatTensor,
): FloatTensor {
  const float = floatOf(input, weight);
  const [left, right] = [certain(lmulMatrix(input, float)), certain(lmulMatrix(weight, float))];
  const shape = [...input.shape.slice(0, -1), right.rows];
  return lmulLinear(left, right, float.format, { shape, bias, precision });
}

/** Values that a scale of 1 in all blocks stands for: what is left of a value when its scales are taken away. */
function withUnitScales(value: CompositeValue): CompositeValue {
  const scale = value.components.scale as FloatTensor;
  const ones = { shape: scale.shape, data: Float32Array.from(scale.data, () => 1) };
  return { ...value, components: { ...value.components, scale: ones } };
}

/** The scale of every element, in f64: what is left of a value when all its codes are that of one. */
function scalesOf(value: CompositeValue, codeOfOne: number): FloatTensor {
  const codes = value.components.codes as { readonly shape: readonly number[]; readonly data: Int32Array };
  const ones = { shape: codes.shape, data: codes.data.map(() => codeOfOne) };
  return certain(dequantize({ ...value, components: { ...value.components, codes: ones } }, "f64"));
}

describe("lowp.linear by L-Mul", () => {
  const one = { f8E4M3FN: 0x38, f8E5M2: 0x3c, f6E2M3FN: 0x08, f4E2M1FN: 0x02 };
  const block = fc.record({
    leading: fc.constantFrom("1", "2", "*"),
    run: fc.constantFrom("1", "3", "4", "7", "*"),
    tail: fc.constantFrom("short", "pad"),
  });
  const typed = (
    element: string,
    { leading, run, tail }: Record<"leading" | "run" | "tail", string>,
    rank: number,
  ) => {
    const entries = [...Array<string>(rank - 1).fill(leading), run].join(", ");
    return lowpType(`!lowp.q<${element}, block = [${entries}], scale = f32, tail = ${tail}>`);
  };

  it("is the sum of scaled products by the formula, in ascending order, whatever the blocks are", () => {
    const element = fc.constantFrom(...(Object.keys(one) as (keyof typeof one)[]));
    fc.assert(
      fc.property(element, block, block, fc.integer(), (name, first, second, seed) => {
        const input = certain(quantize(gaussianTensor([2, 3, 10], seed), typed(name, first, 3)));
        const weight = certain(quantize(gaussianTensor([5, 10], seed + 1), typed(name, second, 2)));
        const bias = gaussianTensor([5], seed + 2);
        const { format } = floatOf(input, weight);
        const [left, right] = [input, weight].map((value) => ({
          values: certain(dequantize(withUnitScales(value), "f64")).data,
          scales: scalesOf(value, one[name]).data,
        }));
        const expected = Array.from({ length: 6 * 5 }, (_, at) => {
          const [row, column] = [Math.floor(at / 5) * 10, (at % 5) * 10];
          let sum = 0;
          for (let k = 0; k < 10; k++)
            sum +=
              left!.scales[row + k]! *
              right!.scales[column + k]! *
              lmulByFormula(format, left!.values[row + k]!, right!.values[column + k]!);
          return sum + bias.data[at % 5]!;
        });
        expect(multiply(input, weight, "f64", bias)).toEqual({
          shape: [2, 3, 5],
          data: Float64Array.from(expected),
        });
        expect(multiply(input, weight, "f32", bias).data).toEqual(Float32Array.from(expected));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ["f8E4M3FN", 0.125],
    ["f8E5M2", 0.25],
    ["f4E2M1FN", 0.5],
    ["!lowp.float<4, 5, 7, none>", 0.0729],
    ["!lowp.float<5, 10, 15, ieee>", 0.0729],
  ])("of positive %s is within %d of the exact sum", (element, bound) => {
    const type = lowpType(`!lowp.q<${element}, block = [1, 8], scale = f16, tail = short>`);
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, depth) => {
        // Between 1/3 and 1 of the largest magnitude, no code is a subnormal.
        const positive = (shape: readonly number[], own: number): CompositeValue => {
          const { data } = gaussianTensor(shape, own);
          return certain(quantize({ shape, data: data.map((x) => 2 + Math.tanh(x)) }, type));
        };
        const [input, weight] = [positive([3, depth], seed), positive([4, depth], seed + 1)];
        const [left, right] = [input, weight].map((value) => certain(dequantize(value, "f64")));
        const exact = linear(left!, right!).data;
        for (const [at, value] of multiply(input, weight).data.entries())
          expect(Math.abs(value / exact[at]! - 1)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 40 },
    );
  });

  it("takes scales of scales, and floats without a scale whose bias is no whole number", () => {
    const nested = lowpType(
      "!lowp.q<f4E2M1FN, block = [1, 4], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
    );
    const [input, weight] = [gaussianTensor([2, 8], 1), gaussianTensor([3, 8], 2)];
    const codes = [input, weight].map((data) => certain(quantize(data, nested)));
    const numbers = codes.map((value) => certain(dequantize(value, "f64")).data);
    const { format } = floatOf(codes[0]!, codes[1]!);
    const scales = codes.map((value) => scalesOf(value, one.f4E2M1FN).data);
    const expected = Array.from({ length: 6 }, (_, at) => {
      const terms = Array.from({ length: 8 }, (_, k) => {
        const [left, right] = [Math.floor(at / 3) * 8 + k, (at % 3) * 8 + k];
        const [s, t] = [scales[0]![left]!, scales[1]![right]!];
        return s * t * lmulByFormula(format, numbers[0]![left]! / s, numbers[1]![right]! / t);
      });
      return terms.reduce((sum, term) => sum + term, 0);
    });
    for (const [at, value] of multiply(codes[0]!, codes[1]!).data.entries())
      expect(value).toBeCloseTo(expected[at]!, 12);

    const own = (shape: readonly number[], code: number): CompositeValue => ({
      shape,
      type: lowpType("!lowp.float<4, 3, 6.5, fn>"),
      components: { codes: { shape, data: new Int32Array(elementCount(shape)).fill(code) } },
    });
    // 1.5 · √2 and −1.25 · √2, twice: without a carry 1 + 1/2 + 1/4 + 1/8, as it happens 1.5 · 1.25.
    expect(multiply(own([1, 2], 0x3c), own([1, 2], 0xba)).data[0]).toBeCloseTo(-2 * 2 * 1.875, 12);
    // 1.25 · √2 twice: 1 + 1/4 + 1/4 + 1/8 instead of 1.5625.
    expect(multiply(own([1, 2], 0x3a), own([1, 2], 0x3a)).data[0]).toBeCloseTo(2 * 2 * 1.625, 12);
  });

  it("hands on NaN and infinity, and takes subnormals as zero", () => {
    const value = (codes: readonly number[]): CompositeValue => ({
      shape: [1, codes.length],
      type: lowpType("!lowp.q<f8E5M2, block = [1, *], scale = f32>"),
      components: {
        codes: { shape: [1, codes.length], data: Int32Array.from(codes) },
        scale: { shape: [1, 1], data: Float32Array.of(2) },
      },
    });
    const [unit, infinity, nan, subnormal] = [0x3c, 0x7c, 0x7e, 0x03];
    const product = (left: readonly number[], right: readonly number[]) =>
      multiply(value(left), value(right)).data[0];
    expect(product([unit, unit], [unit, unit])).toBe(4 * 2 * 1.25);
    expect(product([unit, subnormal], [unit, unit])).toBe(4 * 1.25);
    expect(product([unit, infinity], [unit, 0x80 | unit])).toBe(Number.NEGATIVE_INFINITY);
    expect(product([unit, infinity], [unit, subnormal])).toBeNaN();
    expect(product([0, nan], [0, unit])).toBeNaN();
    expect(product([], [])).toBe(0);
  });

  it("is what a program computes that says so", async () => {
    const folder = temporaryFolder();
    // Codes 1, 1.5, -3, 448 times 0.5, 1, 2, 448: without leaving out what the format cannot hold.
    const type = "tensor<1x4x!lowp.q<f8E4M3FN, block = [1, *], scale = f32>>";
    write(
      folder,
      "model.mlir",
      `lowp.param @x : ${type} = {codes = dense_resource<a> : tensor<1x4xf8E4M3FN>, scale = dense_resource<s> : tensor<1x1xf32>}
lowp.param @w : ${type} = {codes = dense_resource<b> : tensor<1x4xf8E4M3FN>, scale = dense_resource<s> : tensor<1x1xf32>}
func.func @main() -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %x = lowp.get(@x) : ${type}
  %w = lowp.get(@w) : ${type}
  %a = lowp.linear(%x, %w) {mul = lmul} : tensor<1x1xf32>
  %e = lowp.linear(%x, %w) : tensor<1x1xf32>
  return %a, %e : tensor<1x1xf32>, tensor<1x1xf32>
}
{-#
  dialect_resources: { builtin: { a: "0x04000000383CC47E", b: "0x040000003038407E", s: "0x040000000000003F" } }
#-}
`,
    );
    const { out, err } = await narrow(folder, "run", "model.mlir", "--json");
    expect(err).toBe("");
    const { results } = JSON.parse(out) as { results: readonly { data: readonly number[] }[] };
    // 448 is 1.75 · 2^8: mantissas of 3/4 + 3/4 + 1/8 carry, 2 · 1.625 · 2^16.
    const byLmul = 0.25 * (0.5 * 1.125 + 1.625 - 2 * 3.25 + 3.25 * 2 ** 16);
    const exact = 0.25 * (0.5 + 1.5 - 6 + 448 ** 2);
    expect(results.flatMap(({ data }) => data)).toEqual([byLmul, exact]);
  });
});
