import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printFloat32, printFloat64 } from "../../../compiler/numeric/shortest-float.ts";

fc.configureGlobal({ seed: 1 });

const literal = /^-?\d+\.\d+(e[+-]\d+)?$/;

describe("printFloat32", () => {
  it.each([
    [0, "0.0"],
    [-0, "-0.0"],
    [0.5, "0.5"],
    [1, "1.0"],
    [-120, "-120.0"],
    [0.1, "0.1"],
    [1 / 3, "0.33333334"],
    [0.0001, "0.0001"],
    [1e-5, "1.0e-5"],
    [1.25e-7, "1.25e-7"],
    [16777216, "16777216.0"],
    [123456.789, "123456.79"],
    [1e20, "1.0e+20"],
    [2 ** -96, "1.2621775e-29"],
    [3.4028234663852886e38, "3.4028235e+38"],
    [1.401298464324817e-45, "1.0e-45"],
  ])("prints %d as %s", (x, expected) => expect(printFloat32(x)).toBe(expected));

  it("has nothing to print for infinity and NaN", () => {
    expect([Number.POSITIVE_INFINITY, Number.NaN, 1e39].map(printFloat32)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("reads back as the same f32, in MLIR's form, with no digit to spare", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const text = printFloat32(x)!;
        expect(text).toMatch(literal);
        expect(Math.fround(Number(text))).toBe(x);
        if (digitsOf(text) > 1) expect(Math.fround(Number(x.toPrecision(digitsOf(text) - 1)))).not.toBe(x);
      }),
      { numRuns: 2000 },
    );
  });

  it("is shortest at powers of two, whose lower neighbour is closer than the upper", () => {
    for (let exponent = -149; exponent <= 127; exponent++) {
      const power = 2 ** exponent;
      const digits = digitsOf(printFloat32(power)!);
      if (digits === 1) continue;
      const decimal = Number(power.toPrecision(digits - 1));
      const step = 10 ** (Math.floor(Math.log10(power)) - digits + 2);
      expect([decimal - step, decimal + step].map(Math.fround)).not.toContain(power);
    }
  });
});

describe("printFloat64", () => {
  it.each([
    [0.1, "0.1"],
    [1 / 3, "0.3333333333333333"],
    [2 ** 53, "9007199254740992.0"],
    [1e16, "1.0e+16"],
    [-5e-324, "-5.0e-324"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [-0, "-0.0"],
  ])("prints %d as %s", (x, expected) => expect(printFloat64(x)).toBe(expected));

  it("reads back as the same f64, in MLIR's form", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const text = printFloat64(x)!;
        return literal.test(text) && Object.is(Number(text), x);
      }),
    );
    expect(printFloat64(Number.NaN)).toBeUndefined();
  });
});

/** Significant decimal digits, without leading and trailing zeros. */
const digitsOf = (text: string): number => text.replace(/e.*|[-.]/g, "").replace(/^0+|0+$/g, "").length;
