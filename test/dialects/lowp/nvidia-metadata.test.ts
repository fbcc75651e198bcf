import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import {
  fromMetadata,
  type MetadataWord,
  rowsPerTile,
  storedPlace,
  toMetadata,
} from "../../../dialects/lowp/nvidia-metadata.ts";
import { packValue, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { packSparse, unpackSparse } from "../../../dialects/lowp/sparse-pack.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}
const f16 = { kind: "float", name: "f16" } as const;
// biome-ignore format: groups of four
const row = [
  0, 5, 0, 7,  1, 0, 0, 2,  0, 0, 3, 4,  9, 8, 0, 0,
  0, 0, 0, 6,  0, 0, 0, 0,  0, 3, 0, 0,  2, 0, 4, 0,
];
/** The row on top of 31 empty ones. */
const tile = { shape: [32, 32], data: Float32Array.from({ length: 1024 }, (_, at) => row[at] ?? 0) };

describe("metadata of a row", () => {
  const packed = right(packSparse(tile, f16, { kind: "nvidia", word: 16 }));

  it("has the values and words that the hardware's tools give", () => {
    const values = componentOf(packed, "values") as { readonly data: Float32Array };
    expect([...values.data.subarray(0, 16)]).toEqual([5, 7, 1, 2, 3, 4, 9, 8, 0, 6, 0, 0, 3, 0, 2, 4]);
    const { shape, data } = integersOf(packed, "metadata");
    expect(shape).toEqual([32, 2]);
    // The second word of row 0 changes places with the first of the row stored after it.
    expect([data[0], data[2]]).toEqual([0x4ecd, 0x8d4e]);
  });

  it("is bytes that read back, and takes what nm 2:4 takes", () => {
    const bytes = packValue(packed);
    expect(bytes.get("metadata")!.length).toBe((32 * 32 * 2) / 16);
    expect(
      unpackValue(lowpType("!lowp.sparse<nvidia 16, f16>"), tile.shape, (path) => bytes.get(path)!),
    ).toEqual(packed);
    expect(unpackSparse(packed)).toEqual(tile);
  });

  it("is refused where a group's offsets do not rise", () => {
    const bytes = packValue(packed);
    const broken = bytes.get("metadata")!.slice();
    broken[0] = 0xc5;
    const read = (path: string) => (path === "metadata" ? broken : bytes.get(path)!);
    expect(unpackValue(lowpType("!lowp.sparse<nvidia 16, f16>"), tile.shape, read)).toMatchObject({
      code: "sparse-indices",
      message: "metadata: row 0, group 0 has offsets 1, 1, expected rising ones below 4",
    });
  });
});

describe("the order of the words", () => {
  it("moves the first column of the first rows as the hardware's tools do", () => {
    const places = Array.from({ length: 10 }, (_, at) => storedPlace(at, 0, 16).join());
    expect(places.join(" ")).toBe("0,0 4,0 8,0 12,0 16,0 20,0 24,0 28,0 0,1 4,1");
  });

  it.each([16, 32] as const)("is a bijection on tiles for words of %i bits", (word) => {
    const rows = 2 * rowsPerTile(word);
    const places = Array.from({ length: rows * 4 }, (_, at) => storedPlace(at >> 2, at & 3, word));
    expect(new Set(places.map(([r, c]) => 4 * r + c)).size).toBe(rows * 4);
    for (const [at, [r, c]] of places.entries()) {
      expect(Math.floor(r / rowsPerTile(word))).toBe(Math.floor((at >> 2) / rowsPerTile(word)));
      expect(c >> 1).toBe((at & 3) >> 1);
    }
  });

  it.each([16, 32] as const)("is undone for words of %i bits", (word: MetadataWord) => {
    const rows = rowsPerTile(word);
    const count = (rows * 2 * word) / 2;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: count, maxLength: count }),
        (list) => {
          const offsets = Int32Array.from(list);
          expect(fromMetadata(toMetadata(offsets, rows, word), rows, word)).toEqual(offsets);
        },
      ),
      { numRuns: 10 },
    );
  });
});

it("stores codes of 8 bits with words of 32, the same numbers as nm 2:4", () => {
  const weight = gaussianTensor([16, 64], 4);
  const numbersOf = (kind: string) => {
    const type = lowpType(`!lowp.sparse<${kind}, !lowp.q<i8, block = [1, *], scale = f32>>`);
    const value = right(quantize(weight, type));
    const bytes = packValue(value);
    return right(dequantize(right(unpackValue(type, weight.shape, (path) => bytes.get(path)!)), "f32"));
  };
  expect(numbersOf("nvidia 32")).toEqual(numbersOf("nm 2:4"));
});
