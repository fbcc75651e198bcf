import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { packValue, storedBits } from "../../../dialects/lowp/pack.ts";
import { quantize, store } from "../../../dialects/lowp/quantize.ts";
import { packSparse, unpackSparse } from "../../../dialects/lowp/sparse-pack.ts";
import { bitsPerElement } from "../../../dialects/lowp/storage.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { f32, right, sparseMatrix, twoOfFour, typeOf } from "./sparse-matrices.ts";
import { lowpType } from "./text.ts";

describe("sizes", () => {
  it.each([
    ["!lowp.q<i8, block = [*, *], scale = f32>", 8, 5 / 8],
    ["bf16", 16, 9 / 16],
    ["!lowp.q<i4, block = [*, *], scale = f32>", 4, 3 / 4],
  ])("of 2:4 in %s are what its values and two bits for each of them take", (text, bits, share) => {
    const weight = sparseMatrix(64, 1024, 1);
    const type = typeOf(text);
    const packed = right(packSparse(right(store(weight, type)), type, twoOfFour));
    const bytes = [...packValue(packed)].filter(([path]) => !path.endsWith("scale"));
    expect(bytes.reduce((sum, [, { length }]) => sum + length, 0)).toBe((share * bits * 64 * 1024) / 8);
  });

  // (1 − s)(G · b + 16 + 4 + 16) / G + 32 / K; as many columns as need 16 bits to number the groups.
  it.each([
    [16, 8192, 3.13],
    [128, 65536, 2.14],
  ])("of half the groups of %i in 4 bits, %i columns, are %d bits", (size, columns, expected) => {
    const data = new Float32Array(2 * columns);
    for (let at = 0; at < data.length; at++) if (Math.floor(at / size) % 2 === 1) data[at] = 1 + (at % 7);
    const type = lowpType(`!lowp.q<ui4, block = [1, ${size}], scale = f16, zero = ui4>`);
    const value = right(quantize({ shape: [2, columns], data }, type));
    const packed = right(packSparse(value, type, { kind: "bsr", size }));
    // One offset more than rows.
    expect(storedBits(packed) - 32 / (2 * columns)).toBeCloseTo(expected, 2);
  });

  // What GQSA is compared with: the same groups all there, of 4 and of 2 bits, and 2:4 in them.
  it.each([
    ["!lowp.q<ui4, block = [1, 16], scale = f16, zero = ui4>", 5.25],
    ["!lowp.q<ui2, block = [1, 16], scale = f16, zero = ui4>", 3.25],
    ["!lowp.sparse<nm 2:4, !lowp.q<ui4, block = [1, 8], scale = f16, zero = ui4>>", 4.25],
    ["!lowp.q<ui4, block = [1, 128], scale = f16, zero = ui4>", 4.16],
    ["!lowp.q<ui2, block = [1, 128], scale = f16, zero = ui4>", 2.16],
  ])("of %s are %d bits", (text, expected) => {
    expect(bitsPerElement(lowpType(text), [4, 1024])).toBeCloseTo(expected, 2);
  });

  // 2 (1 − s) of the bytes of f16: 16 bits for a number, as many for its column, and one offset a row.
  it.each([
    [0.6, 0.8],
    [0.7, 0.6],
    [0.8, 0.4],
    [0.9, 0.2],
  ])("of csr with a share of %d zeros are %d of those of dense f16", (zeros, expected) => {
    const [rows, columns] = [16, 4096];
    const random = seededRandom(6);
    const data = Float32Array.from({ length: rows * columns }, () => (random() < zeros ? 0 : 1 + random()));
    const f16 = { kind: "float", name: "f16" } as const;
    const value = right(store({ shape: [rows, columns], data }, f16));
    const packed = right(packSparse(value, f16, { kind: "csr" }));
    const offsets = (32 * (rows + 1)) / (rows * columns);
    // As many numbers as a draw has: a standard error of 0.002.
    expect(Math.abs((storedBits(packed) - offsets) / 16 - expected)).toBeLessThan(0.01);
    expect(unpackSparse(packed)).toEqual(value);
  });

  it("of a bitmap find a number by the ones of its mask before it", () => {
    const value = sparseMatrix(2, 128, 7);
    const packed = right(packSparse(value, f32, { kind: "tiles", size: 64, pad: 4 }));
    const [mask, offsets] = [integersOf(packed, "mask").data, integersOf(packed, "offsets").data];
    const { data: numbers } = componentOf(packed, "values") as FloatTensor;
    for (const [at, number] of value.data.entries()) {
      const tile = Math.floor(at / 64);
      const rank = mask.slice(tile * 64, at).reduce((sum, bit) => sum + bit, 0);
      expect(mask[at] === 1 ? numbers[offsets[tile]! + rank] : 0).toBe(number);
    }
  });

  // Bytes over those of f16 of tiles of 64 with an offset each, padded to 8 values and not.
  it.each([
    [0.5, 0.648, 0.594],
    [0.7, 0.449, 0.394],
    [0.8, 0.349, 0.294],
    [0.9, 0.242, 0.194],
  ])("of bitmap tiles with a share of %d zeros", (zeros, padded, plain) => {
    const random = seededRandom(5);
    const data = Float32Array.from({ length: 128 * 1024 }, () => (random() < zeros ? 0 : 1));
    const f16 = { kind: "float", name: "f16" } as const;
    for (const [pad, expected] of [
      [8, padded],
      [1, plain],
    ] as const) {
      const packed = right(packSparse({ shape: [128, 1024], data }, f16, { kind: "tiles", size: 64, pad }));
      expect(storedBits(packed) / 16).toBeCloseTo(expected, 2);
    }
  });
});
