import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBits } from "../../../compiler/numeric/packing.ts";
import { packPlanes, planesByteLength, unpackPlanes } from "../../../compiler/numeric/planes.ts";

fc.configureGlobal({ seed: 1 });

/** The widths of up to five planes of at most 16 bits together. */
const widths = fc
  .array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 })
  .filter((planes) => planes.reduce((sum, width) => sum + width, 0) <= 16);

describe("packPlanes", () => {
  it("keeps the upper two bits of each 6-bit code together, and the lower four", () => {
    const codes = Int32Array.of(0b110001, 0b010010, 0b000011, 0b100100);
    expect([...packPlanes(codes, [2, 4])]).toEqual([0b10000111, 0x21, 0x43]);
  });

  it("is one plane per bit, the sign bit first, where all widths are 1", () => {
    expect([...packPlanes(Int32Array.of(-1, 0, 1, -2), [1, 1, 1])]).toEqual([0b1001, 0b1001, 0b0101]);
  });

  it("unpacks what it packed, for every code of every split", () => {
    fc.assert(
      fc.property(widths, fc.integer({ min: 0, max: 9 }), (planes, extra) => {
        const bits = planes.reduce((sum, width) => sum + width, 0);
        const count = Math.min(2 ** bits, 1024) + extra;
        const unsigned = Int32Array.from({ length: count }, (_, index) => (index * 37) % 2 ** bits);
        const signed = unsigned.map((code) => (code << (32 - bits)) >> (32 - bits));
        const bytes = packPlanes(unsigned, planes);
        expect(bytes.length).toBe(planesByteLength(count, planes));
        expect(packPlanes(signed, planes)).toEqual(bytes);
        expect(unpackPlanes(bytes, planes, count, false)).toEqual(unsigned);
        expect(unpackPlanes(bytes, planes, count, true)).toEqual(signed);
      }),
    );
  });

  it("is packBits with a single plane", () => {
    const codes = Int32Array.from({ length: 77 }, (_, index) => index);
    expect(packPlanes(codes, [7])).toEqual(packBits(codes, 7));
  });
});
