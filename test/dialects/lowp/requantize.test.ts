import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { requantize, requantizeProblems } from "../../../dialects/lowp/requantize.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { signalToNoise } from "./sqnr.ts";
import { lowpType } from "./text.ts";

const rows = (element: string): string => `!lowp.q<${element}, block = [1, *], scale = f32>`;
const weight = gaussianTensor([128, 3072], 3);
const stored = right(quantize(weight, lowpType(rows("i8"))));
const noise = (value: CompositeValue): number => signalToNoise(weight, right(dequantize(value, "f32")));
const withCodes = (value: CompositeValue, data: Int32Array): CompositeValue => ({
  ...value,
  components: { ...value.components, codes: { shape: weight.shape, data } },
});

describe("requantize", () => {
  const four = requantize(stored, lowpType(rows("i4")));
  const scale = (componentOf(four, "scale") as FloatTensor).data;
  const direct = withCodes(
    four,
    Int32Array.from(weight.data, (x, index) =>
      Math.min(Math.max(Math.round(x / scale[Math.floor(index / 3072)]!), -8), 7),
    ),
  );

  // FORMATS-AND-ALGORITHMS.md, A20: 17.19, 17.24 and 11.63 dB, 3.1 % of the codes other than direct ones.
  it("loses next to nothing against rounding once, where cutting bits off loses 5.6 dB", () => {
    const cut = withCodes(
      four,
      integersOf(stored, "codes").data.map((code) => code >> 4),
    );
    expect(Math.abs(noise(four) - 17.19)).toBeLessThan(0.1);
    expect(Math.abs(noise(direct) - 17.24)).toBeLessThan(0.1);
    expect(Math.abs(noise(cut) - 11.63)).toBeLessThan(0.1);
    const [own, others] = [integersOf(four, "codes").data, integersOf(direct, "codes").data];
    const differing = own.filter((code, index) => code !== others[index]).length;
    expect(differing / own.length).toBeCloseTo(0.031, 2);
  });

  it("gets coarser with every bit", () => {
    expect(Math.abs(noise(requantize(stored, lowpType(rows("i3")))) - 11.21)).toBeLessThan(0.1);
    expect(Math.abs(noise(requantize(stored, lowpType(rows("i2")))) - 5.2)).toBeLessThan(0.1);
  });

  it("sends every 8-bit code to ⌊q / 16 + ½⌋, clipped to the range", () => {
    const codes = Int32Array.from({ length: 256 }, (_, index) => index - 128);
    const value = (type: string): CompositeValue => ({
      shape: [256],
      type: lowpType(type),
      components: { codes: { shape: [256], data: codes }, scale: { shape: [1], data: Float32Array.of(0.5) } },
    });
    const text = (element: string) => `!lowp.q<${element}, block = [*], scale = f32>`;
    const { components } = requantize(value(text("i8")), lowpType(text("i4<-7:7>")));
    expect(components.scale).toEqual({ shape: [1], data: Float32Array.of(8) });
    const found = [...(components.codes as FloatTensor).data];
    expect(found).toEqual([...codes].map((q) => Math.min(Math.max(Math.floor((q + 8) / 16), -7), 7)));
  });

  it("says what does not fit", () => {
    const problems = (from: string, to: string) =>
      requantizeProblems(lowpType(from), lowpType(to)).map(({ message }) => message);
    expect(problems(rows("i8"), rows("i4"))).toEqual([]);
    expect(problems(rows("i4"), rows("i8"))).toEqual(["i4 cannot become i8, fewer bits expected"]);
    expect(problems(rows("ui8"), rows("ui4"))[0]).toBe("element is ui8, expected a signed integer");
    expect(problems(rows("i8"), rows("i4").replace("f32", "f16"))).toEqual([
      "scale differs, codes keep their blocks and kind of scale",
    ]);
    expect(problems(rows("i8"), "!lowp.entropy<huffman, bf16>")).toEqual([
      "lowp.requantize is from !lowp.q to !lowp.q",
    ]);
    const shifted = "!lowp.q<i8, block = [1, *], scale = f32, shift = f32>";
    expect(problems(shifted, rows("i4"))).toEqual(["the type has a shift, expected a scale alone"]);
  });
});
