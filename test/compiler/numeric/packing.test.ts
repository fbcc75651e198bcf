import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packBits, packTrits, unpackBits, unpackTrits } from "../../../compiler/numeric/packing.ts";

fc.configureGlobal({ seed: 1 });

const widths = Array.from({ length: 16 }, (_, index) => index + 1);

describe("packBits", () => {
  it("puts the first of two nibbles in the low half", () => {
    expect([...packBits(Int32Array.of(0x1, 0x2, 0xf), 4)]).toEqual([0x21, 0x0f]);
    expect([...packBits(Int32Array.of(-1, -8), 4)]).toEqual([0x8f]);
  });

  it("runs on across bytes, least significant bit first", () => {
    expect([...packBits(Int32Array.of(1, 0, 0, 1, 1, 0, 0, 0, 1), 1)]).toEqual([0b00011001, 1]);
    expect([...packBits(Int32Array.of(0b101, 0b011, 0b110), 3)]).toEqual([0b10011101, 0b1]);
    expect([...packBits(Int32Array.of(0x1234, -2), 16)]).toEqual([0x34, 0x12, 0xfe, 0xff]);
  });

  it.each(widths)("unpacks what it packed at %d bits, signed and unsigned", (bits) => {
    const low = -(2 ** (bits - 1));
    const signedCodes = fc.array(fc.integer({ min: low, max: -low - 1 }), { maxLength: 40 });
    fc.assert(
      fc.property(signedCodes, (values) => {
        const codes = Int32Array.from(values);
        const bytes = packBits(codes, bits);
        expect(bytes.length).toBe(Math.ceil((values.length * bits) / 8));
        expect([...unpackBits(bytes, bits, values.length, true)]).toEqual(values);
        const unsigned = values.map((value) => value - low);
        const unsignedBytes = packBits(Int32Array.from(unsigned), bits);
        expect([...unpackBits(unsignedBytes, bits, values.length, false)]).toEqual(unsigned);
      }),
    );
  });

  it.each(widths)("equals placing one bit at a time at %d bits", (bits) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { maxLength: 20 }), (values) => {
        const expected = new Array<number>(Math.ceil((values.length * bits) / 8)).fill(0);
        for (let position = 0; position < values.length * bits; position++) {
          const bit = (values[Math.floor(position / bits)]! >> (position % bits)) & 1;
          expected[position >> 3]! += bit << (position & 7);
        }
        expect([...packBits(Int32Array.from(values), bits)]).toEqual(expected);
      }),
    );
  });
});

describe("packTrits", () => {
  it("writes Σ (value + 1) · 3^i, at most 242", () => {
    expect([...packTrits(Int32Array.of(1, 1, 1, 1, 1, 0, -1, 1))]).toEqual([242, 1 + 2 * 9]);
    expect([...packTrits(Int32Array.of(-1, -1, -1, -1, -1))]).toEqual([0]);
  });

  it("unpacks what it packed, at any length", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 1 })), (values) => {
        const bytes = packTrits(Int32Array.from(values));
        expect(bytes.length).toBe(Math.ceil(values.length / 5));
        expect([...(unpackTrits(bytes, values.length) ?? [])]).toEqual(values);
      }),
    );
  });

  it("refuses a byte above 242 and a missing byte", () => {
    expect(unpackTrits(Uint8Array.of(242, 243), 10)).toBeUndefined();
    expect(unpackTrits(Uint8Array.of(1), 6)).toBeUndefined();
  });
});
