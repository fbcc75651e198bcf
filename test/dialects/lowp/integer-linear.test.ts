import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { tensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { integerSums } from "../../../dialects/lowp/accumulator.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { integerLinear, steppedMatrix } from "../../../dialects/lowp/integer-linear.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

function certain<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

const quantized = (shape: readonly number[], text: string, seed: number): CompositeValue =>
  certain(quantize(gaussianTensor(shape, seed), lowpType(text)));

function multiply(
  input: CompositeValue,
  weight: CompositeValue,
  precision: "f32" | "f64",
  bias?: FloatTensor,
): FloatTensor {
  const [left, right] = [certain(steppedMatrix(input)), certain(steppedMatrix(weight))];
  return integerLinear(left, right, { shape: [...input.shape.slice(0, -1), right.rows], bias, precision });
}

/** One side: element and offset, block of the rows, block along K, kind of scale. */
const side = (rank: number) =>
  fc
    .record({
      element: fc.constantFrom(
        ...[
          "i2",
          "i4<-7:7>",
          "i8",
          "i16",
          "trit",
          "bipolar3",
          "ui4, zero = ui4",
          "ui8, zero = ui8",
          "i8, zero = i8",
        ],
      ),
      leading: fc.constantFrom("1", "2", "*"),
      run: fc.constantFrom("1", "3", "4", "5", "12", "*"),
      scale: fc.constantFrom("f32", "f16", "f8E8M0FNU", "nested"),
      tail: fc.constantFrom("short", "pad"),
    })
    .map(({ element, leading, run, scale, tail }) => {
      const [name, offset] = element.split(", ");
      const all = Array(rank).fill("*").join(", ");
      const scales = scale === "nested" ? `!lowp.q<f8E4M3FN, block = [${all}], scale = f32>` : scale;
      const block = [...Array(rank - 1).fill(leading), run].join(", ");
      return `!lowp.q<${name}, block = [${block}], scale = ${scales}${offset ? `, ${offset}` : ""}, tail = ${tail}>`;
    });

describe("lowp.linear of integers", () => {
  it("is the product of the numbers, whatever the blocks of either side are", () => {
    fc.assert(
      fc.property(side(3), side(2), fc.integer(), (one, other, seed) => {
        const input = quantized([2, 3, 10], one, seed);
        const weight = quantized([5, 10], other, seed + 1);
        const bias = gaussianTensor([5], seed + 2);
        const found = multiply(input, weight, "f64", bias);
        const numbers = [input, weight].map((value) => certain(dequantize(value, "f64")));
        const expected = linear(numbers[0]!, numbers[1]!, bias);
        expect(found.shape).toEqual([2, 3, 5]);
        const size = Math.max(1, ...expected.data.map(Math.abs));
        for (const [at, value] of found.data.entries())
          expect(Math.abs(value - expected.data[at]!)).toBeLessThanOrEqual(1e-13 * size);
      }),
      { numRuns: 60 },
    );
  });

  it("rounds once: the f32 result is the f64 result rounded", () => {
    const input = quantized([3, 12], "!lowp.q<i8, block = [1, *], scale = f32>", 1);
    const weight = quantized([4, 12], "!lowp.q<i4, block = [1, 4], scale = f16>", 2);
    const exact = multiply(input, weight, "f64").data;
    expect(multiply(input, weight, "f32").data).toEqual(Float32Array.from(exact));
  });

  it("scales sums of each stretch that both scales cover, as in MixPE", () => {
    // Two groups of two: 2 · (0.5 · (3·1 + -2·2) + 4 · (1·3 + 5·-1)) with integers put in by hand.
    const numbers = (
      shape: readonly number[],
      data: readonly number[],
    ): CompositeValue["components"][string] => ({
      shape,
      data: Int32Array.from(data),
    });
    const scales = (shape: readonly number[], data: readonly number[]) => ({
      shape,
      data: Float32Array.from(data),
    });
    const input: CompositeValue = {
      shape: [1, 4],
      type: lowpType("!lowp.q<i8, block = [1, *], scale = f32>"),
      components: { codes: numbers([1, 4], [3, -2, 1, 5]), scale: scales([1, 1], [2]) },
    };
    const weight: CompositeValue = {
      shape: [1, 4],
      type: lowpType("!lowp.q<i4, block = [1, 2], scale = f32>"),
      components: { codes: numbers([1, 4], [1, 2, 3, -1]), scale: scales([1, 2], [0.5, 4]) },
    };
    expect([...multiply(input, weight, "f32").data]).toEqual([-17]);
  });

  it("is the product of the high halves times 16 and that of the low halves: 8 bits in two passes of 4 (COMET)", () => {
    const codes = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 24, maxLength: 24 });
    const nibbles = fc.array(fc.integer({ min: -8, max: 7 }), { minLength: 36, maxLength: 36 });
    fc.assert(
      fc.property(codes, nibbles, (input, weight) => {
        const by = (element: string, shape: readonly number[], data: readonly number[]): CompositeValue => ({
          shape,
          type: lowpType(`!lowp.q<${element}, block = [*, *], scale = f32>`),
          components: {
            codes: { shape, data: Int32Array.from(data) },
            scale: { shape: [1, 1], data: Float32Array.of(1) },
          },
        });
        const right = by("i4", [3, 12], weight);
        const times = (element: string, data: readonly number[]) =>
          multiply(by(element, [2, 12], data), right, "f64").data;
        const whole = times("i8", input);
        const high = times(
          "i4",
          input.map((code) => code >> 4),
        );
        const low = times(
          "ui4",
          input.map((code) => code & 15),
        );
        expect([...whole]).toEqual([...high].map((sum, at) => 16 * sum + low[at]! + 0));
      }),
    );
  });

  it("sums beyond 2^53 exactly", () => {
    const type = lowpType("!lowp.q<ui16, block = [1, *], scale = f32, zero = i32>");
    const value = (codes: readonly number[], zero: number): CompositeValue => ({
      shape: [1, 3],
      type,
      components: {
        codes: { shape: [1, 3], data: Int32Array.from(codes) },
        scale: { shape: [1, 1], data: Float32Array.of(1) },
        zero: { shape: [1, 1], data: Int32Array.of(zero) },
      },
    });
    // 2³⁰ · (2³⁰ + 1) − 2³⁰ · 2³⁰ − … cancels to what a sum in doubles would lose.
    const zero = -(2 ** 30);
    const left = value([0, 1, 0], zero);
    const right = value([1, 0, 65535], zero);
    const terms = [0, 1, 2].map(
      (at) => (BigInt([0, 1, 0][at]!) + 2n ** 30n) * (BigInt([1, 0, 65535][at]!) + 2n ** 30n),
    );
    expect(multiply(left, right, "f64").data[0]).toBe(Number(terms.reduce((sum, term) => sum + term, 0n)));
  });

  it("never leaves the bound that the types prove, and reaches it", () => {
    const types = [
      "!lowp.q<ui4, block = [1, 4], scale = f32, zero = ui4>",
      "!lowp.q<i8, block = [1, 3], scale = f32>",
    ];
    const [left, right] = types.map((text) => tensorType([1, 8], lowpType(text)));
    const sums = certain(integerSums(left!, right!));
    expect(sums).toEqual({ products: 3, bound: 3 * 15 * 128 });
  });
});
