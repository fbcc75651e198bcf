import { describe, expect, it } from "vitest";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue, storedBits, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { bitsPerElement, componentsOf } from "../../../dialects/lowp/storage.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType, printType } from "./text.ts";

function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}
const f32 = (shape: readonly number[], values: readonly number[]): FloatTensor => ({
  shape,
  data: Float32Array.from(values),
});
const numbers = (tensor: FloatTensor): number[] => Array.from(tensor.data, (x) => x + 0);
const cast = (input: FloatTensor, text: string): FloatTensor =>
  right(dequantize(right(quantize(input, lowpType(text))), "f32"));
const decibels = (input: FloatTensor, real: FloatTensor): number => {
  let [signal, noise] = [0, 0];
  for (const [index, x] of input.data.entries()) {
    signal += x * x;
    noise += (x - real.data[index]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
};
const unpacked = (input: FloatTensor, text: string) => {
  const type = lowpType(text);
  const value = right(quantize(input, type));
  const packed = packValue(value);
  expect(unpackValue(type, input.shape, (path) => packed.get(path)!)).toEqual(value);
  return value;
};

describe("csr", () => {
  const input = f32([3, 4], [0, 1, 0, -2, 0, 0, 0, 0, 3, 0, -0, 4]);

  it("keeps every non-zero: offsets by row, columns, values", () => {
    const value = unpacked(input, "!lowp.sparse<csr, f16>");
    expect([...integersOf(value, "offsets").data]).toEqual([0, 2, 2, 4]);
    expect([...integersOf(value, "columns").data]).toEqual([1, 3, 0, 3]);
    expect(componentOf(value, "values")).toEqual(f32([4], [1, -2, 3, 4]));
    expect(numbers(right(dequantize(value, "f32")))).toEqual(numbers(input));
    // 4 offsets of 32 bits, 4 columns of 8 and 4 values of 16
    expect(storedBits(value)).toBe((4 * 32 + 4 * 8 + 4 * 16) / 12);
  });

  it.each([
    [256, "ui8"],
    [257, "ui16"],
    [65536, "ui16"],
    [65537, "i32"],
  ])("numbers %i columns by %s", (columns, expected) => {
    const wide = { shape: [1, columns], data: new Float32Array(columns) };
    wide.data[columns - 1] = 5;
    const value = unpacked(wide, "!lowp.sparse<csr, f16>");
    const [, component] = componentsOf(value.type, wide.shape);
    expect(printType(component!.type)).toBe(`tensor<?x${expected}>`);
    expect([...integersOf(value, "columns").data]).toEqual([columns - 1]);
  });

  it("holds its values in any type of rank 1", () => {
    const value = unpacked(input, "!lowp.sparse<csr, !lowp.q<i8, block = [*], scale = f16>>");
    for (const [index, x] of numbers(right(dequantize(value, "f32"))).entries())
      expect(Math.abs(x - input.data[index]!)).toBeLessThanOrEqual(4 / 127 / 2);
  });

  it("after other terms keeps what they leave, and with a value to match no more than that has", () => {
    const weight = gaussianTensor([8, 32], 5);
    const type = lowpType("!lowp.sum<!lowp.q<i3, block = [1, 32], scale = f16>, !lowp.sparse<csr, f32>>");
    const all = right(quantize(weight, type));
    expect(numbers(right(dequantize(all, "f32")))).toEqual(numbers(weight));
    const [dense, rest] = [componentOf(all, "0"), componentOf(all, "1")];
    const one = right(
      quantize(f32([8, 32], Array(256).fill(0).with(77, 1)), lowpType("!lowp.sparse<csr, f32>")),
    );
    const like = { ...all, components: { "0": dense, "1": one } };
    const matched = right(quantize(weight, type, { like }));
    expect(componentOf(matched, "0")).toEqual(dense);
    const kept = componentOf(componentOf(matched, "1") as typeof all, "values") as FloatTensor;
    const left = numbers(componentOf(rest as typeof all, "values") as FloatTensor).map(Math.abs);
    expect(numbers(kept).map(Math.abs)).toEqual([Math.max(...left)]);
  });
});

describe("lowrank", () => {
  it("is the matrix where the rank suffices, and the nearest of its rank else", () => {
    const [one, other] = [gaussianTensor([6, 2], 1), gaussianTensor([2, 9], 2)];
    const exact = linear(one, { shape: [9, 2], data: transposed(other) }, undefined);
    expect(decibels(exact, cast(exact, "!lowp.lowrank<2, f32, f32>"))).toBeGreaterThan(120);
    expect(decibels(exact, cast(exact, "!lowp.lowrank<9, f32, f32>"))).toBeGreaterThan(120);
    const lossy = cast(exact, "!lowp.lowrank<1, f32, f32>");
    // Any other product of rank 1, such as the larger of the two terms, is farther.
    for (const term of [0, 1]) {
      const product = exact.data.map(
        (_, at) => one.data[Math.floor(at / 9) * 2 + term]! * other.data[term * 9 + (at % 9)]!,
      );
      expect(decibels(exact, lossy)).toBeGreaterThan(decibels(exact, { shape: [6, 9], data: product }));
    }
  });

  it("shares the singular values between its factors", () => {
    const value = unpacked(f32([2, 2], [9, 0, 0, 4]), "!lowp.lowrank<2, f16, f16>");
    expect(numbers(componentOf(value, "left") as FloatTensor).map(Math.abs)).toEqual([3, 0, 0, 2]);
    expect(numbers(componentOf(value, "right") as FloatTensor).map(Math.abs)).toEqual([3, 0, 0, 2]);
  });

  it("takes quantized factors and zeros", () => {
    const text =
      "!lowp.lowrank<3, !lowp.q<i8, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>>";
    const value = unpacked(gaussianTensor([5, 3], 3), text);
    expect(decibels(gaussianTensor([5, 3], 3), right(dequantize(value, "f32")))).toBeGreaterThan(30);
    expect(numbers(cast(f32([2, 3], Array(6).fill(0)), text))).toEqual(Array(6).fill(0));
  });
});

const transposed = ({ shape, data }: FloatTensor): Float32Array =>
  Float32Array.from(data, (_, at) => data[(at % shape[0]!) * shape[1]! + Math.floor(at / shape[0]!)]!);

describe("a permuted split", () => {
  const weight = gaussianTensor([6, 16], 4);
  for (const column of [3, 11]) for (let row = 0; row < 6; row++) weight.data[row * 16 + column]! *= 50;
  const int8 = "!lowp.q<i8, block = [1, *], scale = f32>";
  const text = `!lowp.split<1, [(2:f16), (14:${int8})], permuted = true>`;

  it("puts the loudest columns into its first part and says where they were", () => {
    const value = unpacked(weight, text);
    const rest = Array.from({ length: 16 }, (_, column) => column).filter(
      (column) => column !== 3 && column !== 11,
    );
    expect([...integersOf(value, "perm").data]).toEqual([3, 11, ...rest]);
    expect(printType(lowpType(text))).toBe(text);
    expect(storedBits(value)).toBe(bitsPerElement(value.type, weight.shape));
    // f16 columns, i8 columns, f32 scales, ui8 positions
    expect(storedBits(value)).toBe((6 * 2 * 16 + 6 * 14 * 8 + 6 * 32 + 16 * 8) / 96);
  });

  it("is a dense product of its columns plus an int8 one of the others", () => {
    const value = right(quantize(weight, lowpType(text)));
    const perm = integersOf(value, "perm").data;
    const input = gaussianTensor([3, 16], 6);
    const columnsOf = (from: number, to: number): FloatTensor => ({
      shape: [3, to - from],
      data: Float32Array.from({ length: 3 * (to - from) }, (_, at) => {
        const [row, place] = [Math.floor(at / (to - from)), (at % (to - from)) + from];
        return input.data[row * 16 + perm[place]!]!;
      }),
    });
    const part = (name: string): FloatTensor => right(dequantize(componentOf(value, name), "f32"));
    const dense = linear(columnsOf(0, 2), part("0"), undefined);
    const cheap = linear(columnsOf(2, 16), part("1"), undefined);
    const whole = linear(input, right(dequantize(value, "f32")), undefined);
    // Two sums rounded apart, each to 2^-24 of terms of about 50.
    for (const [at, y] of whole.data.entries())
      expect(Math.abs(y - (dense.data[at]! + cheap.data[at]!))).toBeLessThan(1e-4);
    expect(decibels(weight, right(dequantize(value, "f32")))).toBeGreaterThan(
      decibels(weight, cast(weight, int8)) + 10,
    );
  });

  it("goes along any axis", () => {
    const rows = "!lowp.split<0, [(1:f32), (5:f16)], permuted = true>";
    const value = unpacked(weight, rows);
    expect(decibels(weight, right(dequantize(value, "f32")))).toBeGreaterThan(60);
    expect([...integersOf(value, "perm").data].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
