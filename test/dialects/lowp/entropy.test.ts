import { describe, expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import { decodeBf16, encodeBf16 } from "../../../compiler/numeric/half.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { byteLengthOf } from "../../../dialects/lowp/storage.ts";
import { integersOf } from "../../../dialects/lowp/values.ts";
import { hostileTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

const type = lowpType("!lowp.entropy<huffman, bf16>");

/** bf16 numbers of N(0, 0.02²). */
function weights(count: number): FloatTensor {
  const random = seededRandom(5);
  const exact = Float32Array.from({ length: count }, () => 0.02 * gaussian(random));
  return { shape: [count], data: decodeBf16(encodeBf16(exact)) };
}

describe("!lowp.entropy", () => {
  it("gives bf16 numbers back bit for bit, also through bytes", () => {
    // Every finite pattern: both zeros, subnormals, the largest.
    const patterns = Uint16Array.from({ length: 65536 }, (_, code) => code).filter(
      (code) => (code & 0x7f80) !== 0x7f80,
    );
    const data = decodeBf16(patterns);
    const value = right(quantize({ shape: [2, data.length / 2], data }, type));
    const packed = packValue(value);
    const read = right(unpackValue(type, [2, data.length / 2], (path) => packed.get(path)!));
    expect(read).toEqual(value);
    const words = new Uint32Array(Float32Array.from(right(dequantize(read, "f32")).data).buffer);
    expect(words.findIndex((word, index) => word !== patterns[index]! * 65536)).toBe(-1);
  });

  // FORMATS-AND-ALGORITHMS.md, F16: 2.59 bits per exponent; 10.79 bits or 67.5 % with what its decoder adds.
  it("takes 66.2 % of the bytes of Gaussian weights of deviation 0.02", () => {
    const count = 2 ** 19;
    const packed = packValue(right(quantize(weights(count), type)));
    let bytes = 0;
    for (const { length } of packed.values()) bytes += length;
    const exponentBits = (8 * packed.get("codes")!.length) / count;
    expect(exponentBits).toBeCloseTo(2.59, 2);
    expect(bytes / (2 * count)).toBeCloseTo((8 + exponentBits) / 16, 3);
    // To decode in parallel it keeps 5 bits for every 8 bytes of codes, and 32 for every 512 times 8.
    const offsets = (exponentBits / 64) * (5 + 32 / 512);
    expect((8 + exponentBits + offsets) / 16).toBeCloseTo(0.675, 3);
    const longest = Math.max(...packed.get("lengths")!);
    expect(longest).toBeGreaterThan(14);
    expect(longest).toBeLessThanOrEqual(24);
    expect(byteLengthOf(type, [count])).toBeUndefined();
  });

  it("rounds what is no bf16 once, as a cast to bf16 does", () => {
    const data = hostileTensor([4, 30], 3);
    const real = right(dequantize(right(quantize(data, type)), "f32"));
    const cast = right(dequantize(right(quantize(data, lowpType("!lowp.sparse<bitmap, bf16>"))), "f32"));
    // bitmap loses the sign of zeros.
    expect([...real.data].map((x) => x + 0)).toEqual([...cast.data].map((x) => x + 0));
  });

  it("holds an empty tensor and a single number", () => {
    for (const data of [[], [1.5]]) {
      const value = right(quantize({ shape: [data.length], data: Float32Array.from(data) }, type));
      expect([...right(dequantize(value, "f64")).data]).toEqual(data);
    }
  });

  it("refuses codes that were cut", () => {
    const value = right(quantize(weights(100), type));
    const codes = integersOf(value, "codes");
    const cut = { shape: [3], data: codes.data.slice(0, 3) };
    const read = dequantize({ ...value, components: { ...value.components, codes: cut } }, "f32");
    expect(isMismatch(read) && [read.code, read.message]).toEqual([
      "entropy-code",
      "3 bytes do not hold the codes of 100 exponents",
    ]);
  });
});
