import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode, makeEncoder } from "../../../compiler/numeric/float-encode.ts";
import {
  bitsOf,
  decode,
  decodeTable,
  type FloatFormat,
  infinityCode,
  maxFinite,
  namedFloatFormats,
  nanCode,
} from "../../../compiler/numeric/float-format.ts";
import { hasLmul, lmul, lmulTables } from "../../../compiler/numeric/lmul.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { Rounding } from "../../../compiler/numeric/rounding.ts";
import { lmulByFormula, significandByFormula, smallestNormal } from "./lmul-formula.ts";

const { f8E4M3FN, f8E5M2, f6E3M2FN, f6E2M3FN, f4E2M1FN, f8E4M3FNUZ, f8E5M2FNUZ, f16, bf16 } =
  namedFloatFormats;

const float = (exponentBits: number, mantissaBits: number, rest: Partial<FloatFormat> = {}): FloatFormat => ({
  name: `e${exponentBits}m${mantissaBits}`,
  signed: true,
  exponentBits,
  mantissaBits,
  bias: 2 ** (exponentBits - 1) - 1,
  specials: "none",
  ...rest,
});

const small: readonly FloatFormat[] = [
  ...[f8E4M3FN, f8E5M2, f6E3M2FN, f6E2M3FN, f4E2M1FN, f8E4M3FNUZ, f8E5M2FNUZ],
  ...[1, 2, 3, 4].map((mantissaBits) => float(3, mantissaBits)),
  ...[5, 6].map((mantissaBits) => float(2, mantissaBits)),
  float(1, 7, { bias: 1 }),
  float(3, 4, { specials: "ieee" }),
  float(5, 3, { specials: "fn", signed: false, bias: -2 }),
  float(1, 3, { bias: 9 }),
];

/** The function from two codes to their product as a number. */
function lmulOf(format: FloatFormat): (left: number, right: number) => number {
  const { terms, products } = lmulTables(format);
  return (left, right) => products[terms[left]! + terms[right]!]!;
}

/** What an adder as wide as the format makes of a product: the largest finite value beyond it, zero below normals. */
function fitted(format: FloatFormat, product: number): number {
  if (!Number.isFinite(product)) return product;
  const size = Math.abs(product);
  const kept = size < smallestNormal(format) ? 0 : Math.min(size, maxFinite(format));
  const value = product < 0 || Object.is(product, -0) ? -kept : kept;
  return kept === 0 && format.specials === "fnuz" ? 0 : value;
}

/** The first pairs of which a claim is wrong, of all pairs of codes. */
function wrongPairs(format: FloatFormat, holds: (left: number, right: number) => boolean): readonly string[] {
  const wrong: string[] = [];
  const count = 2 ** bitsOf(format);
  for (let left = 0; left < count; left++)
    for (let right = 0; right < count; right++)
      if (wrong.length < 3 && !holds(left, right)) wrong.push(`${left} * ${right}`);
  return wrong;
}

describe("L-Mul", () => {
  it.each(small.map((format) => [format.name, format] as const))(
    "of %s is what the formula gives, for every pair of codes",
    (_name, format) => {
      const multiply = lmulOf(format);
      const values = decodeTable(format);
      const wrong = wrongPairs(format, (left, right) => {
        const product = lmulByFormula(format, values[left]!, values[right]!);
        const code = lmul(format, left, right);
        return (
          Object.is(multiply(left, right), product) &&
          Object.is(decode(format, code), fitted(format, product))
        );
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each([f16, bf16, float(8, 7, { bias: -100 }), float(2, 10, { bias: 400 })])(
    "of $name is what the formula gives",
    (format) => {
      const multiply = lmulOf(format);
      const hostile = [0, 1, -0, Infinity, NaN, maxFinite(format), smallestNormal(format)];
      const code = fc.oneof(
        fc.integer({ min: 0, max: 2 ** bitsOf(format) - 1 }),
        fc.constantFrom(...hostile.flatMap((value) => [encode(format, value), encode(format, -value)])),
      );
      fc.assert(
        fc.property(code, code, (left, right) => {
          const product = lmulByFormula(format, decode(format, left), decode(format, right));
          expect(multiply(left, right)).toBe(product);
          expect(decode(format, lmul(format, left, right))).toBe(fitted(format, product));
        }),
        { numRuns: 3000 },
      );
    },
  );

  it("is one addition of bit patterns", () => {
    // 1.5 · 1.5 in bf16, each 0x3fc0, is 0x3fc0 + 0x3fc0 − 0x3f80 + 0x0008 = 0x4008, 2.125.
    expect(lmul(bf16, 0x3fc0, 0x3fc0)).toBe(0x4008);
    expect(decode(bf16, 0x4008)).toBe(2.125);
  });

  it("says NaN, infinity and zero as a multiplier does that takes subnormals as zero", () => {
    const infinity = infinityCode(f8E5M2)!;
    const [one, subnormal] = [encode(f8E5M2, 1), 1];
    const multiply = lmulOf(f8E5M2);
    expect(lmul(f8E5M2, nanCode(f8E5M2)!, 0)).toBe(nanCode(f8E5M2));
    expect(lmul(f8E5M2, infinity, 0x80 | one)).toBe(0x80 | infinity);
    expect(lmul(f8E5M2, infinity, subnormal)).toBe(nanCode(f8E5M2));
    expect(multiply(infinity, 0)).toBeNaN();
    expect(multiply(0x80 | subnormal, one)).toBe(-0);
    expect(lmul(f8E5M2, 0x80 | subnormal, one)).toBe(0x80);
  });

  it("saturates in the format, and goes on where the product is a number", () => {
    const largest = encode(f4E2M1FN, 6);
    expect(decode(f4E2M1FN, lmul(f4E2M1FN, largest, largest))).toBe(6);
    // 1.5 · 1.5 · 2^4: mantissas of 1/2 + 1/2 + 1/2 carry once.
    expect(lmulOf(f4E2M1FN)(largest, largest)).toBe(48);
    const least = encode(f4E2M1FN, 1);
    expect(lmulOf(float(3, 2))(encode(float(3, 2), 0.25), encode(float(3, 2), 0.25))).toBe(0.078125);
    expect(lmul(float(3, 2), encode(float(3, 2), 0.25), encode(float(3, 2), 0.25))).toBe(0);
    expect(lmulOf(f4E2M1FN)(least, least)).toBe(1.5);
  });

  it("needs exponents and mantissas", () => {
    expect(hasLmul(float(0, 3, { bias: 1 }))).toBe(false);
    expect(hasLmul(float(3, 0))).toBe(false);
    expect(() => lmul(namedFloatFormats.f8E8M0FNU, 3, 4)).toThrow("no mantissas");
  });
});

/** Mean and largest relative error over all pairs of mantissas. */
function errorsOf(mantissaBits: number, product: (x: number, y: number) => number) {
  const count = 2 ** mantissaBits;
  const errors = Array.from({ length: count * count }, (_, pair) => {
    const [x, y] = [Math.floor(pair / count) / count, (pair % count) / count];
    return Math.abs(product(x, y) / ((1 + x) * (1 + y)) - 1);
  });
  return {
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    largest: Math.max(...errors),
  };
}

describe("the error of L-Mul", () => {
  it.each([
    [1, 0.375, 0.5],
    [2, 0.147, 0.25],
    [3, 0.052, 0.125],
    [4, 0.051, 0.125],
    [5, 0.027, 0.073],
    [6, 0.027, 0.073],
    [7, 0.027, 0.073],
  ])("of %i mantissa bits is %d on average and %d at most", (mantissaBits, mean, largest) => {
    const format = float(3, mantissaBits);
    const one = encode(format, 1);
    const multiply = lmulOf(format);
    const found = errorsOf(mantissaBits, (x, y) =>
      multiply(one + x * 2 ** mantissaBits, one + y * 2 ** mantissaBits),
    );
    expect(found).toEqual(errorsOf(mantissaBits, (x, y) => significandByFormula(x, y, mantissaBits)));
    expect(found.mean).toBeCloseTo(mean, 3);
    expect(found.largest).toBeCloseTo(largest, 3);
  });

  it("is smaller with the constant than without from 5 mantissa bits on, on average", () => {
    for (const mantissaBits of [1, 2, 3, 4, 5, 6, 7]) {
      const without = errorsOf(mantissaBits, (x, y) => (x + y < 1 ? 1 + x + y : 2 * (x + y)));
      const own = errorsOf(mantissaBits, (x, y) => significandByFormula(x, y, mantissaBits));
      expect(own.mean < without.mean).toBe(mantissaBits >= 5);
    }
  });
});

/** Mean squared error of dot products of 64 normal variables that `product` makes of rounded factors. */
function dotProductError(
  format: FloatFormat,
  rounding: Rounding,
  product: (left: number, right: number) => number,
): number {
  const random = seededRandom(5);
  const toCode = makeEncoder(format, { rounding });
  const [runs, depth] = [600, 64];
  let total = 0;
  for (let run = 0; run < runs; run++) {
    let error = 0;
    for (let k = 0; k < depth; k++) {
      const [left, right] = [gaussian(random), gaussian(random)];
      error += product(toCode(left), toCode(right)) - left * right;
    }
    total += error ** 2;
  }
  return total / runs;
}

/** Factors rounded to a format, to nearest, and multiplied exactly. */
const ofExactProducts = (format: FloatFormat): number =>
  dotProductError(format, "half_even", (left, right) => decode(format, left) * decode(format, right));

const ofLmul = (mantissaBits: number, rounding: Rounding): number => {
  const format = float(8, mantissaBits);
  return dotProductError(format, rounding, lmulOf(format));
};

describe("dot products by L-Mul of numbers whose mantissas are", () => {
  it("cut off have the precision that the paper claims", () => {
    expect(ofLmul(4, "trunc")).toBeLessThan(1.1 * ofExactProducts(f8E4M3FN));
    expect(ofLmul(3, "trunc")).toBeLessThan(0.75 * ofExactProducts(f8E5M2));
  });

  it("rounded to nearest beat E5M2 with 3 bits, but need 5 to beat E4M3", () => {
    expect(ofLmul(3, "half_even")).toBeLessThan(ofExactProducts(f8E5M2));
    expect(ofLmul(4, "half_even")).toBeGreaterThan(2 * ofExactProducts(f8E4M3FN));
    expect(ofLmul(5, "half_even")).toBeLessThan(ofExactProducts(f8E4M3FN));
  });
});
