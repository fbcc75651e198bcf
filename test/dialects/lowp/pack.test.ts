import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { gaussianTensor, hostileTensor, valueText } from "./generate.ts";
import { lowpType } from "./text.ts";

fc.configureGlobal({ seed: 1 });

function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

describe("unpackValue", () => {
  it("gives back what packValue was given, for any type and hostile data", () => {
    const shapes = fc.constantFrom([2, 8], [6, 20], [1, 4], [4, 12]);
    fc.assert(
      fc.property(valueText, shapes, fc.integer({ min: 1, max: 1000 }), (text, shape, seed) => {
        const type = lowpType(text);
        const value = right(quantize(hostileTensor(shape, seed), type));
        const packed = packValue(value);
        expect(unpackValue(type, shape, (path) => packed.get(path)!)).toEqual(value);
      }),
      { numRuns: 400 },
    );
  });

  it("reads bytes from anywhere in a larger buffer", () => {
    const type = lowpType("!lowp.q<i4, block = [3], scale = f32>");
    const value = right(quantize(gaussianTensor([9], 3), type));
    const packed = packValue(value);
    const shifted = (path: string): Uint8Array => {
      const bytes = packed.get(path)!;
      const larger = new Uint8Array(bytes.length + 1);
      larger.set(bytes, 1);
      return larger.subarray(1);
    };
    expect(unpackValue(type, [9], shifted)).toEqual(value);
  });

  const refusal = (text: string, bytes: Readonly<Record<string, readonly number[]>>) => {
    const result = unpackValue(lowpType(text), [5], (path) => Uint8Array.from(bytes[path]!));
    return isMismatch(result) ? [result.code, result.message] : result;
  };

  it("refuses bytes of another length and codes the element does not have", () => {
    const scale = [0, 0, 128, 63];
    expect(refusal("!lowp.q<i8, block = [*], scale = f32>", { codes: [1, 2, 3, 4], scale })).toEqual([
      "byte-length",
      "codes has 4 bytes, expected 5",
    ]);
    expect(refusal("!lowp.q<i8, block = [*], scale = f32>", { codes: [1, 2, 3, 4, 5], scale: [0] })).toEqual([
      "byte-length",
      "scale has 1 bytes, expected 4",
    ]);
    expect(
      refusal("!lowp.q<i8<-127:127>, block = [*], scale = f32>", { codes: [1, 2, 128, 4, 5], scale }),
    ).toEqual(["code-range", "codes has code -128 at 2, i8<-127:127> holds -127:127"]);
    expect(
      refusal('!lowp.q<trit, block = [*], scale = f32, pack = "trits">', { codes: [243], scale }),
    ).toEqual(["trit-byte", "codes has a byte above 242, which no five trits make"]);
    expect(refusal("!lowp.sparse<bitmap, f16>", { mask: [5], values: [0, 0] })).toEqual([
      "byte-length",
      "values has 2 bytes, expected 4",
    ]);
  });

  const refusedPlaces = (text: string, bytes: Readonly<Record<string, readonly number[]>>) => {
    const result = unpackValue(lowpType(text), [2, 4], (path) => Uint8Array.from(bytes[path]!));
    return isMismatch(result) ? [result.code, result.message] : result;
  };

  it("refuses places that are not in the value", () => {
    const csr = "!lowp.sum<f16, !lowp.sparse<csr, f8E5M2>>";
    const given = (offsets: readonly number[], columns: readonly number[]) => ({
      "0": new Array(16).fill(0),
      "1.offsets": offsets.flatMap((offset) => [offset, 0, 0, 0]),
      "1.columns": columns,
      "1.values": columns,
    });
    expect(refusedPlaces(csr, given([0, 2, 3], [1, 3, 0]))).toHaveProperty("components");
    expect(refusedPlaces(csr, given([1, 2, 3], [1, 3, 0]))).toEqual([
      "csr-offsets",
      "1.offsets: offsets start at 1, expected 0",
    ]);
    expect(refusedPlaces(csr, given([0, 3, 2], [1, 3]))).toEqual([
      "csr-offsets",
      "1.offsets: offset 2 is 2, below the 3 before it",
    ]);
    expect(refusedPlaces(csr, given([0, 2, 3], [1, 3]))).toEqual([
      "byte-length",
      "1.columns has 2 bytes, expected 3",
    ]);
    expect(refusedPlaces(csr, given([0, 2, 3], [3, 1, 0]))).toEqual([
      "csr-columns",
      "1.columns: row 0 has column 1 at 1, expected one from 4 below 4",
    ]);
    expect(refusedPlaces(csr, given([0, 2, 3], [1, 3, 4]))).toEqual([
      "csr-columns",
      "1.columns: row 1 has column 4 at 2, expected one from 0 below 4",
    ]);
    const split = "!lowp.split<1, [(1 : f8E5M2), (3 : f8E5M2)], permuted = true>";
    const parts = { "0": [0, 0], "1": [0, 0, 0, 0, 0, 0] };
    expect(refusedPlaces(split, { perm: [3, 0, 1, 2], ...parts })).toHaveProperty("components");
    expect(refusedPlaces(split, { perm: [3, 0, 1, 4], ...parts })).toEqual([
      "perm-range",
      "perm: index 4 at place 3, expected one below 4",
    ]);
    expect(refusedPlaces(split, { perm: [3, 0, 3, 2], ...parts })).toEqual([
      "perm-twice",
      "perm: index 3 stands twice, expected each once",
    ]);
  });

  it("puts the first of two 4-bit codes into the low nibble", () => {
    const value = right(
      quantize(
        { shape: [3], data: Float32Array.of(1, -7, 2) },
        lowpType("!lowp.q<i4, block = [*], scale = f32>"),
      ),
    );
    expect([...packValue(value)]).toEqual([
      ["codes", Uint8Array.of(0x91, 0x02)],
      ["scale", Uint8Array.of(0, 0, 128, 63)],
    ]);
    expect(right(dequantize(value, "f32")).data).toEqual(Float32Array.of(1, -7, 2));
  });
});
