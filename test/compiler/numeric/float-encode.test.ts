import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodeOptions } from "../../../compiler/numeric/float-encode.ts";
import { encode, makeEncoder, roundToFormat } from "../../../compiler/numeric/float-encode.ts";
import type { FloatFormat } from "../../../compiler/numeric/float-format.ts";
import {
  bitsOf,
  decode,
  decodeTable,
  maxFinite,
  namedFloatFormats,
} from "../../../compiler/numeric/float-format.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { Rounding } from "../../../compiler/numeric/rounding.ts";
import { readVectors, sharedFormats, sharedFormatsExist } from "./shared-formats.ts";

fc.configureGlobal({ seed: 1 });

const formats: readonly FloatFormat[] = Object.values(namedFloatFormats);
const smallFormats = formats.filter((format) => bitsOf(format) <= 8);
const f32: FloatFormat = { ...namedFloatFormats.bf16, name: "f32", mantissaBits: 23 };
const { f16, bf16, f8E4M3FN, f8E5M2, f8E8M0FNU, f4E2M1FN } = namedFloatFormats;
const fixed: FloatFormat = { ...f4E2M1FN, name: "fixed", exponentBits: 0, mantissaBits: 4 };
const powers: FloatFormat = { ...f4E2M1FN, name: "powers", exponentBits: 3, mantissaBits: 0, bias: 3 };
const unsigned: FloatFormat = { ...f4E2M1FN, name: "unsigned", signed: false };

const roundings: readonly Rounding[] = ["half_even", "half_away", "floor", "ceil", "trunc"];

describe.skipIf(!sharedFormatsExist)("encode against shared/formats", () => {
  it.each(sharedFormats.filter((name) => name !== "f8E8M0FNU"))("%s agrees on every vector", (name) => {
    const vectors = readVectors(name);
    const inputs = new Float32Array(
      Uint32Array.from(vectors.input_f32_bits, (bits) => Number.parseInt(bits, 16)).buffer,
    );
    const codes = (options: EncodeOptions): number[] =>
      [...inputs].map(makeEncoder(namedFloatFormats[name], options));
    const saturated = codes({ overflow: "saturate" }).map((code, index) =>
      vectors.codes_saturate[index] === null ? null : code,
    );
    expect(saturated).toEqual(vectors.codes_saturate);
    // A format with neither infinity nor NaN has one list, for both.
    if (vectors.codes_nonsaturate) expect(codes({ overflow: "inf" })).toEqual(vectors.codes_nonsaturate);
  });
});

describe("encode", () => {
  it.each(formats.map((format) => ({ format })))(
    "returns every code of $format.name unchanged",
    ({ format }) => {
      const encoder = makeEncoder(format, { overflow: "inf" });
      const table = decodeTable(format);
      const changed = [...table.keys()].filter(
        (code) => !Number.isNaN(table[code]) && encoder(table[code]!) !== code,
      );
      expect(changed).toEqual([]);
      expect(encoder(Number.NaN)).toSatisfy((code: number) =>
        table.some(Number.isNaN) ? Number.isNaN(table[code]) : table[code] === maxFinite(format),
      );
    },
  );

  it.each([...smallFormats, fixed, powers, unsigned].map((format) => ({ format })))(
    "$format.name equals the nearest code found by search, in every rounding mode",
    ({ format }) => {
      const probes = probesBetweenCodes(format);
      for (const rounding of roundings) {
        const encoder = makeEncoder(format, { rounding });
        const wrong = probes.filter((x) => encoder(x) !== searchCode(format, x, rounding));
        expect({ rounding, wrong }).toEqual({ rounding, wrong: [] });
      }
    },
  );

  it("agrees with a search for every f16 in each fp8, fp6 and fp4", () => {
    const values = [...decodeTable(f16)].filter(Number.isFinite);
    for (const format of smallFormats.filter((one) => one.signed)) {
      const encoder = makeEncoder(format);
      const table = decodeTable(format);
      const results = values.map((x) => table[encoder(x)]!);
      const wrong = values.filter((x, index) => results[index] !== table[searchCode(format, x, "half_even")]);
      expect({ format: format.name, wrong }).toEqual({ format: format.name, wrong: [] });
    }
  });

  it("is monotone, odd and at most half a step off within the range", () => {
    const anyFormat = fc.constantFrom(...formats.filter((format) => format.signed), f32, fixed, powers);
    const exponent = fc.integer({ min: -160, max: 130 });
    fc.assert(
      fc.property(
        anyFormat,
        exponent,
        fc.double({ min: 1, max: 2, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (format, power, one, other) => {
          const [low, high] = [Math.min(one, other) * 2 ** power, Math.max(one, other) * 2 ** power];
          const rounded = roundToFormat(format, low);
          expect(rounded).toBeLessThanOrEqual(roundToFormat(format, high));
          expect(Math.abs(roundToFormat(format, -low))).toBe(rounded);
          const lowest = 1 - format.bias;
          const step = 2 ** (Math.max(power, lowest) - format.mantissaBits);
          if (low < maxFinite(format) && one < 2 && other < 2)
            expect(Math.abs(rounded - low)).toBeLessThanOrEqual(step / 2);
        },
      ),
    );
  });

  it("rounds to f32 as Math.fround does, for any f64", () => {
    const encoder = makeEncoder(f32, { overflow: "inf" });
    const nearTie = fc.float({ noNaN: true }).map((x) => x * (1 + 2 ** -24));
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true }), fc.float({ noNaN: true }), nearTie), (x) =>
        Object.is(decode(f32, encoder(x)), Math.fround(x)),
      ),
      { numRuns: 2000 },
    );
  });

  it("rounds once: an f64 just above a tie does not pass through f32", () => {
    const aboveTie = 1 + 2 ** -11 + 2 ** -40;
    expect(Math.fround(aboveTie)).toBe(1 + 2 ** -11);
    expect(encode(f16, aboveTie)).toBe(0x3c01);
    expect(encode(f8E4M3FN, 464 + 2 ** -40, { overflow: "inf" })).toBe(0x7f);
  });

  it("keeps a finite value finite when it overflows toward zero", () => {
    const codes = (x: number) =>
      roundings.map((rounding) => decode(f8E5M2, encode(f8E5M2, x, { rounding, overflow: "inf" })));
    const infinity = Number.POSITIVE_INFINITY;
    expect(codes(1e6)).toEqual([infinity, infinity, 57344, infinity, 57344]);
    expect(codes(-1e6)).toEqual([-infinity, -infinity, -infinity, -57344, -57344]);
    expect(codes(infinity)).toEqual(roundings.map(() => infinity));
  });

  it("saturates infinity, and a format without infinity and NaN always saturates", () => {
    expect(roundToFormat(f16, Number.NEGATIVE_INFINITY)).toBe(-65504);
    expect(roundToFormat(f4E2M1FN, 100, { overflow: "inf" })).toBe(6);
    expect(roundToFormat(f4E2M1FN, Number.NaN)).toBe(6);
  });

  it("flushes results that would be subnormal to a zero of their sign", () => {
    const flushed = (x: number): number => roundToFormat(f16, x, { subnormals: "flush" });
    const smallestNormal = 2 ** -14;
    expect(flushed(smallestNormal)).toBe(smallestNormal);
    expect(flushed(-smallestNormal * 0.75)).toBe(-0);
    expect(flushed(smallestNormal * (1 - 2 ** -20))).toBe(smallestNormal);
    expect(roundToFormat(fixed, 0.25, { subnormals: "flush" })).toBe(0.25);
  });

  it("gives e8m0 its smallest scale for zero and underflow, NaN for negatives", () => {
    expect([0, -0, 1e-300, 2 ** -127].map((x) => encode(f8E8M0FNU, x))).toEqual([0, 0, 0, 0]);
    expect([-1, Number.NaN].map((x) => encode(f8E8M0FNU, x))).toEqual([255, 255]);
    expect([1e300, Number.POSITIVE_INFINITY].map((x) => encode(f8E8M0FNU, x))).toEqual([254, 254]);
    expect(encode(f8E8M0FNU, 1e300, { overflow: "inf" })).toBe(255);
    expect(encode(unsigned, -3)).toBe(0);
  });

  it("stochastic rounding is unbiased between neighbours and leaves codes alone", () => {
    const encoder = makeEncoder(bf16, { rounding: "stochastic", random: seededRandom(5) });
    const x = -(1 + 2 ** -7 * 0.25);
    const draws = Array.from({ length: 20_000 }, () => decode(bf16, encoder(x)));
    expect(new Set(draws)).toEqual(new Set([-1, -(1 + 2 ** -7)]));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    // Four standard errors in steps of 2^-7: 4 · sqrt(0.1875 / 20000) = 0.0122.
    expect(Math.abs(mean - x) * 2 ** 7).toBeLessThan(0.0123);
    expect(encoder(1)).toBe(0x3f80);
  });
});

/** Every finite value, the midpoint to its upper neighbour, and the f64 on both sides of each; and beyond the range. */
function probesBetweenCodes(format: FloatFormat): number[] {
  const values = sortedValues(format).map(({ value }) => value);
  const middles = values.slice(1).map((value, index) => (value + values[index]!) / 2);
  const beyond = [maxFinite(format) * 1.01, maxFinite(format) * 3, 1e300, 5e-324];
  const points = [...values, ...middles, ...beyond, ...beyond.map((x) => -x)];
  const around = points.flatMap((x) => [x, x * (1 - 2 ** -52), x * (1 + 2 ** -52)]);
  return format.signed ? around : around.filter((x) => x >= 0);
}

interface Candidate {
  readonly code: number;
  readonly value: number;
}

const sorted = new Map<FloatFormat, readonly Candidate[]>();

function sortedValues(format: FloatFormat): readonly Candidate[] {
  const known = sorted.get(format);
  if (known) return known;
  const candidates = [...decodeTable(format)]
    .map((value, code) => ({ code, value }))
    .filter(({ value }) => Number.isFinite(value) && !Object.is(value, -0))
    .sort((left, right) => left.value - right.value);
  sorted.set(format, candidates);
  return candidates;
}

/** The saturated code of x by bisection of the sorted table; an oracle that shares nothing with the encoder. */
function searchCode(format: FloatFormat, x: number, rounding: Rounding): number {
  const candidates = sortedValues(format);
  let [low, high] = [0, candidates.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (candidates[middle]!.value <= x) low = middle;
    else high = middle;
  }
  const [below, above] = [candidates[low]!, candidates[high]!];
  const chosen = x >= above.value ? above : x <= below.value ? below : choose(below, above, x, rounding);
  const hasNegativeZero = format.signed && format.specials !== "fnuz";
  const negative = x < 0 || Object.is(x, -0);
  return chosen.value === 0 && negative && hasNegativeZero
    ? chosen.code + 2 ** (bitsOf(format) - 1)
    : chosen.code;
}

function choose(below: Candidate, above: Candidate, x: number, rounding: Rounding): Candidate {
  const [inner, outer] = x < 0 ? [above, below] : [below, above];
  if (rounding === "floor") return below;
  if (rounding === "ceil") return above;
  if (rounding === "trunc") return inner;
  // Halving first keeps the comparison with the midpoint exact next to the largest f64s.
  const middle = below.value / 2 + above.value / 2;
  if (x !== middle) return x < middle ? below : above;
  if (rounding === "half_away") return outer;
  return below.code % 2 === 0 ? below : above;
}
