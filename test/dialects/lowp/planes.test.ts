import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTable, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import { codeValues } from "../../../dialects/lowp/element-codec.ts";
import { minifloatFormat } from "../../../dialects/lowp/element-types.ts";
import { packValue } from "../../../dialects/lowp/pack.ts";
import { lowpType } from "./text.ts";

fc.configureGlobal({ seed: 1 });

/** The packed bit planes, most significant first, of codes [rows, columns] of an element; columns are whole bytes. */
function planesOf(codes: Tensor<Int32Array>, element: string, bits: number): readonly Uint8Array[] {
  const pack = bits === 1 ? "" : `, pack = "planes[${Array(bits).fill(1).join()}]"`;
  const type = lowpType(`!lowp.q<${element}, block = [*, *], scale = f32${pack}>`);
  const scale = { shape: [1, 1], data: Float32Array.of(1) };
  const bytes = packValue({ shape: codes.shape, type, components: { codes, scale } }).get("codes")!;
  const each = codes.data.length / 8;
  return Array.from({ length: bits }, (_, plane) => bytes.subarray(plane * each, (plane + 1) * each));
}

const ones = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);

/** Σ_ij 2^(i + j) · Σ_k combine(x_i, w_j) over whole bytes of a row of each plane. */
function planeProduct(
  left: readonly Uint8Array[],
  right: readonly Uint8Array[],
  of: {
    readonly row: number;
    readonly column: number;
    readonly bytes: number;
    combine(x: number, w: number): number;
  },
): number {
  let total = 0;
  for (const [i, x] of left.entries())
    for (const [j, w] of right.entries()) {
      let sum = 0;
      for (let at = 0; at < of.bytes; at++)
        sum += of.combine(x[of.row * of.bytes + at]!, w[of.column * of.bytes + at]!);
      total += 2 ** (left.length - 1 - i + right.length - 1 - j) * sum;
    }
  return total;
}

const operands = fc.record({
  p: fc.integer({ min: 1, max: 8 }),
  q: fc.integer({ min: 1, max: 8 }),
  bytes: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});

const codesOf = (rows: number, columns: number, bits: number, seed: number): Tensor<Int32Array> => ({
  shape: [rows, columns],
  data: Int32Array.from(
    { length: rows * columns },
    (_, at) => (Math.imul(at + seed, 2654435761) >>> 7) % 2 ** bits,
  ),
});

describe("a matmul on bit planes", () => {
  it("of unsigned integers by AND and popcount is the matmul of the integers", () => {
    fc.assert(
      fc.property(operands, ({ p, q, bytes, seed }) => {
        const K = 8 * bytes;
        const [x, w] = [codesOf(3, K, p, seed), codesOf(4, K, q, seed + 99)];
        const [left, right] = [planesOf(x, `ui${p}`, p), planesOf(w, `ui${q}`, q)];
        for (let row = 0; row < 3; row++)
          for (let column = 0; column < 4; column++) {
            let expected = 0;
            for (let k = 0; k < K; k++) expected += x.data[row * K + k]! * w.data[column * K + k]!;
            const combine = (one: number, other: number) => ones[one & other]!;
            expect(planeProduct(left, right, { row, column, bytes, combine })).toBe(expected);
          }
      }),
      { numRuns: 60 },
    );
  });

  it("of bipolar numbers by XOR and popcount is the matmul of the odd integers they stand for", () => {
    fc.assert(
      fc.property(operands, ({ p, q, bytes, seed }) => {
        const K = 8 * bytes;
        const [x, w] = [codesOf(3, K, p, seed), codesOf(4, K, q, seed + 99)];
        const [left, right] = [planesOf(x, `bipolar${p}`, p), planesOf(w, `bipolar${q}`, q)];
        const [xs, ws] = [
          codeValues({ kind: "bipolar", bits: p })!,
          codeValues({ kind: "bipolar", bits: q })!,
        ];
        for (let row = 0; row < 3; row++)
          for (let column = 0; column < 4; column++) {
            let expected = 0;
            for (let k = 0; k < K; k++) expected += xs[x.data[row * K + k]!]! * ws[w.data[column * K + k]!]!;
            // Each bit is ±1: K products, −1 where the bits differ.
            const combine = (one: number, other: number) => 8 - 2 * ones[one ^ other]!;
            expect(planeProduct(left, right, { row, column, bytes, combine })).toBe(expected);
          }
      }),
      { numRuns: 60 },
    );
  });

  it("has the odd integers up to ±7 for 3 bipolar bits", () => {
    expect([...codeValues({ kind: "bipolar", bits: 3 })!]).toEqual([-7, -5, -3, -1, 1, 3, 5, 7]);
  });
});

describe("the cast of a small float to f16 by a shift", () => {
  const half = decodeTable(namedFloatFormats.f16);
  const formats = [
    ["f6E3M2FN", namedFloatFormats.f6E3M2FN],
    ["f6E2M3FN", namedFloatFormats.f6E2M3FN],
    ["f4E2M1FN", namedFloatFormats.f4E2M1FN],
    [
      "E2M2",
      minifloatFormat({
        exponentBits: 2,
        mantissaBits: 2,
        bias: 1,
        specials: "none",
        sign: "signed",
        subnormals: "keep",
      }).format,
    ],
  ] as const;

  it.each(formats)("is exact for every code of %s, subnormals included", (_, format) => {
    const { exponentBits, mantissaBits } = format;
    const magnitudeBits = exponentBits + mantissaBits;
    const factor = 2 ** (16 - 2 ** (exponentBits - 1));
    for (const [code, value] of decodeTable(format).entries()) {
      const magnitude = code & (2 ** magnitudeBits - 1);
      const pattern = ((code >> magnitudeBits) << 15) | (magnitude << (10 - mantissaBits));
      expect(half[pattern]! * factor).toBe(value);
    }
  });
});
