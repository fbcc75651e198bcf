import { describe, expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import { DYNAMIC, f16, i64 } from "../../../compiler/ir/types.ts";
import { packValue, storedBits } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { bitsPerElement, byteLengthOf, componentsOf } from "../../../dialects/lowp/storage.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType, printType } from "./text.ts";

const shape = [64, 256];
const elements = 64 * 256;
const nvfp4 = "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>";

/** Bits per element by the paper rule. */
const bits: readonly (readonly [string, string, number])[] = [
  ["MXFP4", "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>", 4.25],
  ["MXFP8", "!lowp.q<f8E4M3FN, block = [1, 32], scale = f8E8M0FNU>", 8.25],
  ["MXFP6", "!lowp.q<f6E3M2FN, block = [1, 32], scale = f8E8M0FNU>", 6.25],
  ["NVFP4", nvfp4, 4.5 + 32 / elements],
  ["i4 in groups of 32", "!lowp.q<i4, block = [1, 32], scale = f16>", 4.5],
  ["i4 in groups of 128, asymmetric", "!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>", 4.15625],
  ["i3 by row", "!lowp.q<i3, block = [1, *], scale = f32>", 3 + 32 / 256],
  ["trits of 2 bits", "!lowp.q<trit, block = [*, *], scale = f32>", 2 + 32 / elements],
  [
    "trits packed",
    '!lowp.q<trit, block = [*, *], scale = f32, pack = "trits">',
    (8 * (Math.ceil(elements / 5) + 4)) / elements,
  ],
  ["bipolar planes", "!lowp.q<bipolar3, block = [1, 128], scale = f16>", 3.125],
  ["own float", "!lowp.q<!lowp.float<3, 1, 3, none>, block = [1, 64], scale = f16>", 5.25],
  ["2:4 of i4", "!lowp.sparse<nm 2:4, !lowp.q<i4, block = [1, 32], scale = f16>>", 0.5 * (4.5 + 2)],
  [
    "a sum",
    "!lowp.sum<!lowp.q<i2, block = [1, 64], scale = f16>, !lowp.q<i2, block = [1, 64], scale = f16>>",
    4.5,
  ],
  [
    "a split",
    "!lowp.split<1, [(64 : f16), (192 : !lowp.q<i4, block = [1, 64], scale = f32>)]>",
    16 / 4 + 4.5 * 0.75,
  ],
  ["NF4", "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 64], scale = f16>", 4.25],
  ["BitMoD-4", "!lowp.q<!lowp.table<4, 1, bitmod>, block = [1, 128], scale = f16>", 4.140625],
  ["BitMoD-3", "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 128], scale = f16>", 3.140625],
  ["OliVe", "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>", 4.125],
  [
    "a codebook per row",
    "!lowp.q<!lowp.table<4, 1, f16, per = row>, block = [*, *], scale = f32>",
    4 + (16 * 16) / 256 + 32 / elements,
  ],
  [
    "vectors of 8 from one codebook",
    "!lowp.q<!lowp.table<8, 8, f16>, block = [1, *], scale = f16>",
    1 + 16 / 256 + (256 * 8 * 16) / elements,
  ],
  ["padding", "!lowp.q<i8, block = [1, 192], scale = f32, tail = pad>", (8 * 384 + 64) / 256],
];

describe("bits per element", () => {
  it.each(bits)("%s: what the type says is what the bytes are", (_, text, expected) => {
    const type = lowpType(text);
    expect(bitsPerElement(type, shape)).toBe(expected);
    const value = quantize(gaussianTensor(shape, 1), type);
    if (isMismatch(value)) throw new Error(value.message);
    const packed = packValue(value);
    const lengths = componentsOf(type, shape).map(({ path, byteLength }) => [path, byteLength]);
    expect([...packed].map(([path, bytes]) => [path, bytes.length])).toEqual(lengths);
    expect([...packed.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBe(
      byteLengthOf(type, shape),
    );
  });

  it("are b + b0 / B0 + b1 / (B0 · B1) for scales in blocks with scales, as in all 432 types of LQ-LoRA", () => {
    for (const [bits, scaleBits] of [2, 3, 4, 8].flatMap((b) => [2, 3, 4, 8].map((b0) => [b, b0] as const)))
      for (const [name, outerBits] of Object.entries({ bf16: 16, f16: 16, f32: 32 }))
        for (const [block, scaleBlock] of [16, 32, 64].flatMap((B0) => [16, 64, 256].map((B1) => [B0, B1]))) {
          const scale = `!lowp.q<ui${scaleBits}, block = [1, ${scaleBlock}], scale = ${name}>`;
          const type = lowpType(
            `!lowp.q<!lowp.table<${bits}, 1, nf>, block = [1, ${block}], scale = ${scale}>`,
          );
          const expected = bits + scaleBits / block! + outerBits / (block! * scaleBlock!);
          expect(bitsPerElement(type, [1, block! * scaleBlock!])).toBe(expected);
        }
    const text =
      "!lowp.q<!lowp.table<3, 1, nf>, block = [1, 16], scale = !lowp.q<ui4, block = [1, 16], scale = f16>>";
    const value = quantize(gaussianTensor(shape, 1), lowpType(text));
    if (isMismatch(value)) throw new Error(value.message);
    expect(storedBits(value)).toBe(3 + 4 / 16 + 16 / 256);
  });

  it("counts a low-rank value and a vector codebook", () => {
    expect(bitsPerElement(lowpType("!lowp.lowrank<16, f16, f32>"), shape)).toBe(
      (64 * 16 * 16 + 16 * 256 * 32) / elements,
    );
    const vectors = lowpType("!lowp.q<!lowp.table<8, 4, f16>, block = [1, *], scale = f16>");
    expect(bitsPerElement(vectors, shape)).toBe(2 + 16 / 256 + (256 * 4 * 16) / elements);
  });
});

describe("componentsOf", () => {
  const summary = (text: string, of: readonly number[]) =>
    componentsOf(lowpType(text), of).map(({ path, type, elementBits, byteLength }) => [
      path,
      printType(type),
      elementBits,
      byteLength,
    ]);

  it("names nested components by their path", () => {
    expect(summary(nvfp4, [32, 64])).toEqual([
      ["codes", "tensor<32x64xf4E2M1FN>", 4, 1024],
      ["scale.codes", "tensor<32x4xf8E4M3FN>", 8, 128],
      ["scale.scale", "tensor<1x1xf32>", 32, 4],
    ]);
    expect(
      summary(`!lowp.sum<!lowp.q<ui2, block = [1, 3], scale = f16, zero = ui2, tail = short>, f16>`, [5, 7]),
    ).toEqual([
      ["0.codes", "tensor<5x7xui2>", 2, 9],
      ["0.scale", "tensor<5x3xf16>", 16, 30],
      ["0.zero", "tensor<5x3xui2>", 2, 4],
      ["1", "tensor<5x7xf16>", 16, 70],
    ]);
  });

  it("stores custom and bipolar codes as unsigned integers, packed trits as bytes", () => {
    const codes = (element: string) => summary(`!lowp.q<${element}, block = [*], scale = f32>`, [12])[0];
    expect(codes("bipolar3")).toEqual(["codes", "tensor<12xui3>", 3, 5]);
    expect(codes("!lowp.float<2, 2, 1, none>")).toEqual(["codes", "tensor<12xui5>", 5, 8]);
    expect(codes("trit")).toEqual(["codes", "tensor<12xi2>", 2, 3]);
    expect(summary('!lowp.q<trit, block = [*], scale = f32, pack = "trits">', [12])[0]).toEqual([
      "codes",
      "tensor<3xui8>",
      1.6,
      3,
    ]);
  });

  it("gives a dense value one component", () => {
    expect(componentsOf(f16, [3, 5]).map(({ path, byteLength }) => [path, byteLength])).toEqual([
      ["value", 30],
    ]);
    expect(byteLengthOf(i64, [])).toBe(8);
  });

  it("knows no size where the data or an unknown extent decide", () => {
    expect(summary("!lowp.sparse<csr, f16>", [4, 8]).map(([path, , , bytes]) => [path, bytes])).toEqual([
      ["offsets", 20],
      ["columns", undefined],
      ["values", undefined],
    ]);
    expect(summary("!lowp.sparse<bitmap, f16>", [4, 6]).map(([path, , , bytes]) => [path, bytes])).toEqual([
      ["mask", 3],
      ["values", undefined],
    ]);
    expect(summary("!lowp.sparse<group 3, f16>", [4, 6])[0]).toEqual(["mask", "tensor<4x2xui1>", 1, 1]);
    const grouped = lowpType("!lowp.q<i4, block = [1, 32], scale = f16>");
    expect([byteLengthOf(grouped, [DYNAMIC, 32]), bitsPerElement(grouped, [DYNAMIC, 32])]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("splits a ring of known length into what is rounded and what waits", () => {
    const bytes = (text: string, length: number) =>
      componentsOf(lowpType(text), [length, 32]).map(({ path, byteLength }) => [path, byteLength]);
    expect(bytes("!lowp.ring<f16, f32, 8, 0>", 100)).toEqual([
      ["old", 92 * 32 * 2],
      ["recent", 8 * 32 * 4],
    ]);
    const keys = "!lowp.ring<!lowp.q<ui2, block = [32, 1], scale = f16, shift = f16>, f16, 128, 0>";
    expect(bytes(keys, 300)).toEqual([
      ["old.codes", (256 * 32 * 2) / 8],
      ["old.scale", 8 * 32 * 2],
      ["old.shift", 8 * 32 * 2],
      ["recent", 44 * 32 * 2],
    ]);
    expect(bytes("!lowp.ring<f16, f32, 8, 0>", DYNAMIC)).toEqual([
      ["old", undefined],
      ["recent", undefined],
    ]);
  });
});
