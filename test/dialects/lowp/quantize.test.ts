import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { gaussianTensor, hostileTensor, valueText } from "./generate.ts";
import { asymmetric, byBlock, mxfp4, nvfp4, symmetric } from "./reference.ts";
import { lowpType } from "./text.ts";

fc.configureGlobal({ seed: 1 });

function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}
const cast = (input: FloatTensor, text: string, precision: "f32" | "f64" = "f32"): FloatTensor =>
  right(dequantize(right(quantize(input, lowpType(text))), precision));
const f32 = (shape: readonly number[], values: readonly number[]): FloatTensor => ({
  shape,
  data: Float32Array.from(values),
});
/** −0 and 0 are one number here: the integers have one zero. */
const numbers = ({ data }: { readonly data: ArrayLike<number> }): number[] => Array.from(data, (x) => x + 0);

const nvfp4Text =
  "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32, tail = short>, tail = short>";
const inputs: readonly (readonly [string, FloatTensor])[] = [
  ["Gaussian data", gaussianTensor([7, 67], 1)],
  ["whole blocks", gaussianTensor([3, 128], 2)],
  ["hostile data", hostileTensor([9, 101], 3)],
  ["more hostile data", hostileTensor([31, 33], 4)],
  ["one column", hostileTensor([40, 1], 5)],
  ["zeros", f32([2, 40], Array(80).fill(0))],
  ["one huge outlier", f32([1, 33], [3e38, ...Array.from({ length: 32 }, (_, index) => index - 16)])],
  [
    "denormals",
    f32(
      [1, 33],
      Array.from({ length: 33 }, (_, index) => (index - 16) * 2 ** -149),
    ),
  ],
  [
    "halves of bf16 steps",
    f32(
      [8, 48],
      Array.from({ length: 384 }, (_, index) => ((index * 37) % 129) / 128),
    ),
  ],
];

describe.each(inputs)("quantize of %s, bit for bit", (_, input) => {
  const largest = Math.max(...numbers(input).map(Math.abs));
  const data = (values: Float32Array): number[] => numbers({ data: values });

  it.each([2, 3, 4, 8])("i%i by group, symmetric", (bits) => {
    expect(numbers(cast(input, `!lowp.q<i${bits}, block = [1, 32], scale = f32, tail = short>`))).toEqual(
      data(byBlock(input, 32, symmetric(bits))),
    );
  });
  it.each([2, 4, 8])("ui%i by group, asymmetric", (bits) => {
    const text = `!lowp.q<ui${bits}, block = [1, 32], scale = f32, zero = ui8, tail = short>`;
    const expected = byBlock(input, 32, asymmetric(bits));
    expect(numbers(cast(input, text))).toEqual(data(expected));
  });
  it("MXFP4", () => {
    const text = "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU, tail = short>";
    expect(numbers(cast(input, text))).toEqual(data(byBlock(input, 32, mxfp4)));
  });
  it("NVFP4", () => {
    expect(numbers(cast(input, nvfp4Text))).toEqual(data(byBlock(input, 16, nvfp4(largest))));
  });
});

describe("quantize", () => {
  const codes = (input: FloatTensor, text: string): number[] =>
    numbers(integersOf(right(quantize(input, lowpType(text))), "codes"));

  it("gives blocks of any rank their own scale", () => {
    const input = gaussianTensor([3, 4, 5, 6], 9);
    const value = right(
      quantize(input, lowpType("!lowp.q<i8, block = [1, 2, *, 4], scale = f32, tail = short>")),
    );
    const scale = componentOf(value, "scale");
    expect(scale.shape).toEqual([3, 2, 1, 2]);
    const expected = new Float32Array(12);
    input.data.forEach((x, index) => {
      const [first, second, last] = [Math.floor(index / 120), Math.floor(index / 30) % 4, index % 6];
      const block = first * 4 + Math.floor(second / 2) * 2 + Math.floor(last / 4);
      expected[block] = Math.max(expected[block]!, Math.abs(x));
    });
    expect(scale).toEqual({ shape: [3, 2, 1, 2], data: expected.map((largest) => largest / 127) });
  });

  it("takes rank 0 and empty tensors", () => {
    expect(cast(f32([], [-3]), "!lowp.q<i4, block = [], scale = f32>")).toEqual(f32([], [-3]));
    for (const block of ["[1, 4]", "[*, *]"])
      expect(cast(f32([0, 8], []), `!lowp.q<i4, block = ${block}, scale = f16, zero = i4>`)).toEqual(
        f32([0, 8], []),
      );
  });

  it("2-D blocks commute with transposition", () => {
    const transpose = ({ shape: [rows, columns], data }: FloatTensor): FloatTensor =>
      f32(
        [columns!, rows!],
        Array.from(data, (_, at) => data[(at % rows!) * columns! + Math.floor(at / rows!)]!),
      );
    const input = hostileTensor([32, 48], 6);
    const text =
      "!lowp.q<f4E2M1FN, block = [16, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>";
    expect(cast(transpose(input), text)).toEqual(transpose(cast(input, text)));
  });

  it("a power of two on the data moves only the power-of-two scales", () => {
    const input = gaussianTensor([4, 64], 7);
    const text = "!lowp.q<f6E2M3FN, block = [1, 32], scale = f8E8M0FNU>";
    const scaled = { ...input, data: input.data.map((x) => x * 2 ** 9) };
    expect(codes(scaled, text)).toEqual(codes(input, text));
  });

  it("rounds a power-of-two scale as told", () => {
    const scaleOf = (largest: number, element: string, rounding: string): number => {
      const text = `!lowp.q<${element}, block = [*], scale = f8E8M0FNU${rounding && `, scale_rounding = ${rounding}`}>`;
      return numbers(
        componentOf(right(quantize(f32([1], [largest]), lowpType(text))), "scale") as FloatTensor,
      )[0]!;
    };
    expect(["", "floor", "ceil", "nearest"].map((mode) => scaleOf(7.9, "f4E2M1FN", mode))).toEqual([
      1, 1, 2, 1,
    ]);
    expect(["", "floor", "ceil", "nearest"].map((mode) => scaleOf(7.9, "i4", mode))).toEqual([2, 1, 2, 1]);
    expect(["ceil", "nearest"].map((mode) => scaleOf(12, "f4E2M1FN", mode))).toEqual([2, 2]);
    expect(scaleOf(1e-45, "f8E5M2", "")).toBe(2 ** -127);
  });

  it("casts the scale to f16 once, and never to zero", () => {
    const scale = (values: readonly number[]) =>
      componentOf(
        right(quantize(f32([values.length], values), lowpType("!lowp.q<i8, block = [1], scale = f16>"))),
        "scale",
      );
    const aboveTie = 127 * (1 + 2 ** -11 + 2 ** -17);
    expect(scale([aboveTie, 1e-20, 3e38, 0])).toEqual(f32([4], [1 + 2 ** -10, 2 ** -24, 65504, 1]));
  });

  it("keeps zero exact with an integer zero point, and has the ends of the range without one", () => {
    const input = f32([4], [-1, 0, 0.1, 3]);
    expect(numbers(cast(input, "!lowp.q<ui2, block = [*], scale = f32, zero = ui2>"))[1]).toBe(0);
    const shifted = f32([4], [5, 5.5, 6, 8]);
    expect(numbers(cast(shifted, "!lowp.q<i2, block = [*], scale = f32, shift = f32>"))).toEqual([
      5, 5, 6, 8,
    ]);
    expect(codes(shifted, "!lowp.q<i2, block = [*], scale = f32, shift = f32>")).toEqual([-2, -2, -1, 1]);
    expect(
      numbers(cast(f32([3], [7, 7, 7]), "!lowp.q<bipolar2, block = [*], scale = f32, shift = f32>")),
    ).toEqual([7, 7, 7]);
  });

  it("has codes of every kind of element", () => {
    const input = f32([4], [-3, -0.9, 0.4, 3]);
    const kinds = ["i3", "ui2", "trit", "bipolar1", "bipolar2", "f4E2M1FN", "!lowp.float<2, 1, 1, none>"];
    expect(kinds.map((element) => codes(input, `!lowp.q<${element}, block = [*], scale = f32>`))).toEqual([
      [-3, -1, 0, 3],
      [0, 0, 0, 3],
      [-1, 0, 0, 1],
      [0, 0, 1, 1],
      [0, 1, 2, 3],
      [15, 12, 2, 7],
      [15, 12, 2, 7],
    ]);
  });

  it("a fractional bias is a factor on the values", () => {
    const input = gaussianTensor([64], 8);
    const [whole, half] = ["3", "3.5"].map((bias) =>
      cast(input, `!lowp.q<!lowp.float<3, 2, ${bias}, none>, block = [*], scale = f32>`, "f64"),
    );
    // The scale takes up the factor, but for its rounding to f32.
    const errors = numbers(whole!).map((x, index) => Math.abs(x - half!.data[index]!) / Math.abs(x || 1));
    expect(Math.max(...errors)).toBeLessThanOrEqual(2 ** -22);
  });

  it("stochastic rounding needs a source and is unbiased", () => {
    const type = lowpType("!lowp.q<i4, block = [*], scale = f32, rounding = stochastic>");
    const input = f32([20_001], [7, ...Array<number>(20_000).fill(2.25)]);
    expect(quantize(input, type)).toMatchObject({ code: "needs-random" });
    const value = right(quantize(input, type, { random: seededRandom(3) }));
    const mean =
      numbers(integersOf(value, "codes"))
        .slice(1)
        .reduce((sum, code) => sum + code, 0) / 20_000;
    // Four standard errors: 4 · sqrt(0.1875 / 20000) = 0.0122.
    expect(Math.abs(mean - 2.25)).toBeLessThan(0.0123);
  });

  it("refuses data that are not finite, shapes that do not fit, and what it cannot do", () => {
    const group = lowpType("!lowp.q<i4, block = [1, 2], scale = f32>");
    const problem = (values: FloatTensor, text?: string) => {
      const result = quantize(values, text ? lowpType(text) : group);
      return isMismatch(result) ? [result.code, result.message] : result;
    };
    const infinity = f32([2, 2], [1, 2, 3, Number.POSITIVE_INFINITY]);
    expect(problem(infinity)).toEqual(["not-finite", "element [1, 1] is Infinity, expected a finite number"]);
    expect(problem(f32([1, 3], [1, 2, 3]))).toEqual([
      "block-divides",
      "block 2 does not divide extent 3 of axis 1",
    ]);
    expect(
      problem(f32([1, 2], [1, -2]), "!lowp.q<!lowp.table<4, 1, log_sqrt2>, block = [*, *], scale = f16>"),
    ).toEqual(["element-sign", "element 1 is -2, but !lowp.table has no sign"]);
  });
});

describe("composite values", () => {
  it("2:4 keeps the two largest of four, ties to the lower index", () => {
    const input = f32([1, 8], [1, -3, 2, -2, 5, 5, 5, 5]);
    expect(numbers(cast(input, "!lowp.sparse<nm 2:4, f16>"))).toEqual([0, -3, 2, 0, 5, 5, 0, 0]);
  });

  it("bitmap and group lose nothing but what their values lose", () => {
    const input = f32([2, 6], [0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0]);
    expect(numbers(cast(input, "!lowp.sparse<bitmap, bf16>"))).toEqual(numbers(input));
    expect(numbers(cast(input, "!lowp.sparse<group 3, f16>"))).toEqual(numbers(input));
  });

  it("a second term holds what the first leaves", () => {
    const input = gaussianTensor([4, 64], 11);
    const term = "!lowp.q<i4, block = [1, 32], scale = f32>";
    const error = (text: string): number =>
      numbers(cast(input, text)).reduce((total, x, index) => total + (x - input.data[index]!) ** 2, 0);
    expect(error(`!lowp.sum<${term}, ${term}>`)).toBeLessThan(error(term) / 50);
  });

  it("parts of a split are apart", () => {
    const input = gaussianTensor([3, 10], 12);
    const real = cast(input, "!lowp.split<1, [(4 : f32), (6 : !lowp.q<i8, block = [1, *], scale = f32>)]>");
    const rest = { shape: [3, 6], data: input.data.filter((_, index) => index % 10 >= 4) };
    const cheap = cast(rest, "!lowp.q<i8, block = [1, *], scale = f32>");
    const expected = input.data.map((x, index) =>
      index % 10 < 4 ? x : cheap.data[Math.floor(index / 10) * 6 + (index % 10) - 4]!,
    );
    expect(real.data).toEqual(expected);
  });

  it("multiplies the factors of a low-rank value in f64", () => {
    const left = f32([2, 2], [1, 2 ** -30, 1, 0]);
    const right_ = f32([2, 3], [1, 2, 3, 1, 1, 2 ** 29]);
    const type = lowpType("!lowp.lowrank<2, f32, f32>");
    const value = { shape: [2, 3], type, components: { left, right: right_ } };
    expect(dequantize(value, "f32")).toEqual(f32([2, 3], [1, 2, 3.5, 1, 2, 3]));
    expect(numbers(right(dequantize(value, "f64")))).toEqual([1 + 2 ** -30, 2 + 2 ** -30, 3.5, 1, 2, 3]);
  });

  it("f32 is f64 rounded, but for the roundings on the way", () => {
    fc.assert(
      fc.property(valueText, fc.integer({ min: 1, max: 1000 }), (text, seed) => {
        const value = right(quantize(gaussianTensor([4, 12], seed), lowpType(text)));
        const [single, exact] = [right(dequantize(value, "f32")), right(dequantize(value, "f64"))];
        const largest = Math.max(...numbers(exact).map(Math.abs));
        const errors = numbers(single).map((x, index) => Math.abs(x - exact.data[index]!));
        // A handful of roundings (nested scale, product, shift, terms), each 2^-24 of a number not much above the largest.
        expect(Math.max(...errors)).toBeLessThanOrEqual(largest * 2 ** -21);
        expect(single.data).toBeInstanceOf(Float32Array);
        expect(exact.data).toBeInstanceOf(Float64Array);
      }),
      { numRuns: 200 },
    );
  });

  it("quantizing what was dequantized changes nothing", () => {
    const type = lowpType("!lowp.q<i4<-7:7>, block = [1, 16], scale = f8E8M0FNU, tail = short>");
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        // Next to the largest f32 a code rounded up would overflow, hence the factor.
        const input = hostileTensor([5, 37], seed);
        const once = right(quantize({ ...input, data: input.data.map((x) => x / 16) }, type));
        const real = right(dequantize(once, "f32"));
        expect(right(dequantize(right(quantize(real, type)), "f32"))).toEqual(real);
      }),
    );
  });
});
