import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FloatFormat } from "../../../compiler/numeric/float-format.ts";
import {
  bitsOf,
  decode,
  decodeTable,
  floorLog2,
  largestExponent,
  maxFinite,
  minPositive,
  namedFloatFormats,
} from "../../../compiler/numeric/float-format.ts";
import {
  readDescription,
  readShared,
  sharedFormats,
  sharedFormatsExist,
  sharedNames,
} from "./shared-formats.ts";

describe.skipIf(!sharedFormatsExist)("decode tables against shared/formats", () => {
  it.each(sharedFormats)("%s equals every value of the json, −0 and NaN included", (name) => {
    const format = namedFloatFormats[name];
    const description = readDescription(name);
    const table = decodeTable(format);
    expect(table.length).toBe(2 ** description.bits);
    expect(bitsOf(format)).toBe(description.bits);
    // toEqual on numbers is Object.is.
    expect([...table]).toEqual(description.values.map(Number));
    expect(maxFinite(format)).toBe(description.max_finite ?? 2 ** 127);
    expect(minPositive(format)).toBe(description.min_positive_subnormal ?? 2 ** -127);
  });

  it.each(sharedFormats)("%s equals every f32 of the binary file", (name) => {
    const bytes = readShared(`${sharedNames[name]}.decode.f32.bin`);
    const expected = Array.from({ length: bytes.length / 4 }, (_, code) => bytes.readFloatLE(code * 4));
    expect([...decodeTable(namedFloatFormats[name])]).toEqual(expected);
  });
});

/** sha256 of the f64 table with NaN written as 1e300: FORMATS-AND-ALGORITHMS.md, section 0.2. */
const goldenHashes: readonly (readonly [string, FloatFormat])[] = [
  ["10d54d07471c912e", namedFloatFormats.f8E4M3FN],
  ["e4fc4f5c9b22a79f", namedFloatFormats.f8E5M2],
  ["5bd4da97c3c337a4", ieeeByte("e4m3", 4, 3, 7)],
  ["de31c2d14a42c299", ieeeByte("e3m4", 3, 4, 3)],
  ["2cad943ffd993823", namedFloatFormats.f6E2M3FN],
  ["fe6ecfe7e41d29e0", namedFloatFormats.f6E3M2FN],
  ["bafb8c3b8a81bdda", namedFloatFormats.f4E2M1FN],
  ["f958356f63031a63", namedFloatFormats.f8E8M0FNU],
];

describe("float formats", () => {
  it.each(goldenHashes.map(([hash, format]) => ({ hash, format })))(
    "the table of $format.name hashes to $hash",
    ({ hash, format }) => {
      const table = decodeTable(format).map((value) => (Number.isNaN(value) ? 1e300 : value));
      expect(createHash("sha256").update(table).digest("hex").slice(0, 16)).toBe(hash);
    },
  );

  it("knows the largest exponent of each element format of OCP MX", () => {
    const { f8E4M3FN, f8E5M2, f6E3M2FN, f6E2M3FN, f4E2M1FN, f16, bf16 } = namedFloatFormats;
    expect([f8E4M3FN, f8E5M2, f6E3M2FN, f6E2M3FN, f4E2M1FN, f16, bf16].map(largestExponent)).toEqual([
      8, 15, 4, 2, 2, 15, 127,
    ]);
  });

  it("decodes bf16 as the upper half of an f32", () => {
    const asFloat32 = Float32Array.from(decodeTable(namedFloatFormats.bf16));
    const upperHalves = new Float32Array(Uint32Array.from({ length: 65536 }, (_, code) => code << 16).buffer);
    // Elements, because equality of typed arrays in vitest is slow; NaN payloads do not matter here.
    expect(asFloat32.findIndex((value, code) => !Object.is(value, upperHalves[code]))).toBe(-1);
  });

  it("decodes f32 as a parametric format, at codes above 2^31 too", () => {
    const f32 = {
      name: "f32",
      signed: true,
      exponentBits: 8,
      mantissaBits: 23,
      bias: 127,
      specials: "ieee",
    } as const;
    const codes = [
      0, 1, 0x7fffff, 0x800000, 0x3f800001, 0x7f7fffff, 0x7f800000, 0x80000000, 0xff800000, 0xffc00000,
    ];
    expect(codes.map((code) => decode(f32, code))).toEqual([
      ...new Float32Array(Uint32Array.from(codes).buffer),
    ]);
  });

  it("treats 0 exponent bits as fixed point and handles unsigned formats", () => {
    const fixed = {
      name: "q",
      signed: true,
      exponentBits: 0,
      mantissaBits: 2,
      bias: 1,
      specials: "none",
    } as const;
    expect([...decodeTable(fixed)]).toEqual([0, 0.25, 0.5, 0.75, -0, -0.25, -0.5, -0.75]);
    const unsigned = { ...namedFloatFormats.f4E2M1FN, name: "u", signed: false };
    expect([...decodeTable(unsigned)]).toEqual([0, 0.5, 1, 1.5, 2, 3, 4, 6]);
  });

  it("gives the same table object twice and refuses one of more than 16 bits", () => {
    expect(decodeTable(namedFloatFormats.f16)).toBe(decodeTable(namedFloatFormats.f16));
    expect(() => decodeTable({ ...namedFloatFormats.f16, mantissaBits: 11 })).toThrow("17 bits");
  });

  it("floorLog2 is exact at every power of two and just below", () => {
    const words = new BigUint64Array(1);
    const view = new Float64Array(words.buffer);
    for (let exponent = -1074; exponent <= 1023; exponent++) {
      const power = 2 ** exponent;
      expect(floorLog2(power)).toBe(exponent);
      view[0] = power;
      words[0] = words[0]! - 1n;
      if (exponent > -1074) expect(floorLog2(view[0]!)).toBe(exponent - 1);
    }
  });
});

function ieeeByte(name: string, exponentBits: number, mantissaBits: number, bias: number): FloatFormat {
  return { name, signed: true, exponentBits, mantissaBits, bias, specials: "ieee" };
}
