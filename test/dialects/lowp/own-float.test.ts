import { describe, expect, it } from "vitest";
import { decode, maxFinite } from "../../../compiler/numeric/float-format.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { codeValues } from "../../../dialects/lowp/element-codec.ts";
import { minifloatFormat } from "../../../dialects/lowp/element-types.ts";
import { packValue, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { bitsPerElement } from "../../../dialects/lowp/storage.ts";
import { minifloat } from "../../../dialects/lowp/types.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { signalToNoise } from "./sqnr.ts";
import { lowpType } from "./text.ts";

const ue5m3 = "!lowp.float<5, 3, 15, fn, sign = unsigned>";
const ue4m3 = "!lowp.float<4, 3, 7, fn, sign = unsigned>";

function roundTrip(text: string, data: readonly number[]): readonly number[] {
  const value = right(quantize({ shape: [data.length], data: Float64Array.from(data) }, lowpType(text)));
  return [...right(dequantize(value, "f64")).data];
}

describe("!lowp.float by itself", () => {
  it("is the grid of its codes: every value comes back, and packs into its bits", () => {
    for (const text of [ue5m3, ue4m3, "!lowp.float<8, 3, 127, ieee>", "!lowp.float<2, 1, 0.6, none>"]) {
      const type = lowpType(text);
      const all = codeValues({ kind: "custom", type })!;
      const finite = all.filter(Number.isFinite);
      expect(roundTrip(text, [...finite])).toEqual([...finite]);
      const value = right(quantize({ shape: [finite.length], data: finite }, type));
      const packed = packValue(value);
      expect([...packed.keys()]).toEqual(["codes"]);
      expect(unpackValue(type, [finite.length], (path) => packed.get(path)!)).toEqual(value);
      expect(bitsPerElement(type, [8])).toBe(Math.log2(all.length));
    }
  });

  it("UE5M3 reaches 114688 with normals from 2^-14, UE4M3 448 with one NaN", () => {
    const formatOf = (text: string) => {
      const type = lowpType(text);
      if (!minifloat.is(type)) throw new Error(`${text} is a float`);
      return minifloatFormat(type.parameters).format;
    };
    expect(maxFinite(formatOf(ue5m3))).toBe(114688);
    expect(decode(formatOf(ue5m3), 8)).toBe(2 ** -14);
    expect(maxFinite(formatOf(ue4m3))).toBe(448);
    expect([255, 127].map((code) => decode(formatOf(ue5m3), code))).toEqual([Number.NaN, 1.875]);
    expect(decode(formatOf(ue4m3), 127)).toBeNaN();
  });

  it("rounds as bf16 does where it is bf16, and cuts the mantissa where it is shorter", () => {
    const { data } = gaussianTensor([200], 2);
    const own = right(quantize({ shape: [200], data }, lowpType("!lowp.float<8, 7, 127, ieee>")));
    const named = right(quantize({ shape: [200], data }, lowpType("!lowp.sparse<bitmap, bf16>")));
    expect(right(dequantize(own, "f32"))).toEqual(right(dequantize(named, "f32")));
    const short = right(quantize({ shape: [200], data }, lowpType("!lowp.float<8, 3, 127, ieee>")));
    const words = new Uint32Array(Float32Array.from(right(dequantize(short, "f32")).data).buffer);
    expect(words.every((word) => (word & 0xfffff) === 0)).toBe(true);
  });

  it("flushes what would be subnormal, to zero or to the smallest normal, whichever is nearer", () => {
    const keep = roundTrip("!lowp.float<2, 2, 1, none>", [0.2, 0.3, 0.55, 0.8, 0.9, 1.1, -0.6]);
    const flush = roundTrip(
      "!lowp.float<2, 2, 1, none, subnormals = flush>",
      [0.2, 0.3, 0.55, 0.8, 0.9, 1.1, -0.6],
    );
    expect(keep).toEqual([0.25, 0.25, 0.5, 0.75, 1, 1, -0.5]);
    expect(flush).toEqual([0, 0, 0, 0, 1, 1, -0]);
  });

  it("refuses negative numbers where it has no sign, by itself and as an element", () => {
    const data = { shape: [2], data: Float32Array.of(1, -1) };
    for (const text of [ue5m3, `!lowp.q<${ue5m3}, block = [*], scale = f32>`])
      expect(quantize(data, lowpType(text))).toMatchObject({
        code: "element-sign",
        message: "element 1 is -1, but !lowp.float has no sign",
      });
  });
});

describe("scales of UE5M3", () => {
  const withScale = (scale: string): string => `!lowp.q<f4E2M1FN, block = [1, 16], scale = ${scale}>`;
  const nvfp4 = withScale("!lowp.q<f8E4M3FN, block = [*, *], scale = f32>");

  /** dB of each block of 16. */
  function blockNoise(data: FloatTensor, text: string): readonly number[] {
    const real = right(dequantize(right(quantize(data, lowpType(text))), "f32"));
    return Array.from({ length: data.data.length / 16 }, (_, block) => {
      const part = ({ data: whole }: FloatTensor): FloatTensor => ({
        shape: [16],
        data: whole.subarray(16 * block, 16 * block + 16),
      });
      return signalToNoise(part(data), part(real));
    }).toSorted((one, other) => one - other);
  }

  it("have an absolute window, which holds blocks that six decades push out of the relative one", () => {
    // Row r has blocks of 1e3 · 10^(−6 r / 63) times a Gaussian.
    const { data } = gaussianTensor([64, 256], 7);
    const spread = (amplitude: number): FloatTensor => ({
      shape: [64, 256],
      data: data.map((x, index) => x * amplitude * 10 ** ((-6 * Math.floor(index / 256)) / 63)),
    });
    const fifthPercentile = (values: readonly number[]): number => values[Math.floor(values.length / 20)]!;
    const [large, small] = [spread(1e3), spread(1)];
    const fifth = (data: FloatTensor, text: string) => fifthPercentile(blockNoise(data, text));
    // A scale below the smallest E4M3 number becomes that number and not zero, so little is left, but not nothing.
    expect(fifth(large, nvfp4)).toBeLessThan(14);
    expect(fifth(large, withScale(ue5m3))).toBeCloseTo(18.2, 0);
    expect(fifth(small, nvfp4)).toBeCloseTo(fifth(large, nvfp4), 4);
    expect(fifth(small, withScale(ue5m3))).toBeLessThan(5);
  });
});
