import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeEncoder } from "../../../compiler/numeric/float-encode.ts";
import { decodeTable, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../compiler/numeric/half.ts";

fc.configureGlobal({ seed: 1 });

const everyCode = Uint16Array.from({ length: 65536 }, (_, code) => code);
const halves = [
  { format: namedFloatFormats.f16, decodeHalf: decodeF16, encodeHalf: encodeF16 },
  { format: namedFloatFormats.bf16, decodeHalf: decodeBf16, encodeHalf: encodeBf16 },
] as const;

describe.each(halves)("$format.name in bulk", ({ format, decodeHalf, encodeHalf }) => {
  const encoder = makeEncoder(format, { overflow: "inf" });
  const table = decodeTable(format);

  it("decodes all 65536 codes as the table says", () => {
    const values = decodeHalf(everyCode);
    expect(everyCode.find((code) => !Object.is(values[code], table[code]))).toBeUndefined();
  });

  it("encodes every value to its code, and NaN to the canonical one", () => {
    for (const source of [decodeHalf(everyCode), Float64Array.from(table)]) {
      const codes = encodeHalf(source);
      const wrong = everyCode.filter(
        (code) => codes[code] !== (Number.isNaN(table[code]) ? encoder(Number.NaN) : code),
      );
      expect([...wrong]).toEqual([]);
    }
  });

  it("rounds as the general encoder does at every tie and the f64s beside it", () => {
    const finite = [...table].filter((value) => Number.isFinite(value) && value >= 0);
    const ties = finite.slice(1).map((value, index) => (value + finite[index]!) / 2);
    const overflowTie = finite.at(-1)! + (finite.at(-1)! - finite.at(-2)!) / 2;
    const probes = Float64Array.from(
      [...ties, overflowTie].flatMap((tie) => [tie, -tie, tie * (1 + 2 ** -52), tie * (1 - 2 ** -53)]),
    );
    const codes = encodeHalf(probes);
    expect([...probes].filter((x, index) => codes[index] !== encoder(x))).toEqual([]);
  });

  it("rounds any f64 and any f32 as the general encoder does", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.float(), fc.double({ min: -1e5, max: 1e5 })), (x) => {
        const single = Float32Array.of(x);
        return (
          encodeHalf(Float64Array.of(x))[0] === encoder(x) && encodeHalf(single)[0] === encoder(single[0]!)
        );
      }),
      { numRuns: 3000 },
    );
  });
});
