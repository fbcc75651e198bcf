import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { defineType } from "../../compiler/define/type.ts";
import { floatAttribute, integerAttribute, word } from "../../compiler/ir/attributes.ts";
import { type FloatFormat, largestCode } from "../../compiler/numeric/float-format.ts";
import { int, type Schema } from "../../compiler/schema/schema.ts";

/** Codes are at most this wide, so that a table of all values stays small. */
export const MAX_ELEMENT_BITS = 16;

const specialsChoices = ["ieee", "fn", "fnuz", "none"] as const;
export type MinifloatSpecials = (typeof specialsChoices)[number];

/** `none` names a builtin type too, so it arrives as that type and not as a word. */
const specials: Schema<MinifloatSpecials> = {
  describe: specialsChoices.join(" | "),
  decode(literal) {
    if (literal.kind === "type") return literal.type.kind === "none" ? "none" : undefined;
    const text =
      literal.kind === "word" ? literal.text : literal.kind === "string" ? literal.value : undefined;
    return specialsChoices.find((choice) => choice === text);
  },
  encode: word,
};

/** A real exponent bias, printed without a point where it is whole. */
const bias: Schema<number> = {
  describe: "number",
  decode(literal) {
    if (literal.kind !== "float" && literal.kind !== "integer") return undefined;
    const value = Number(literal.value);
    return Number.isFinite(value) ? value : undefined;
  },
  encode: (value) => (Number.isInteger(value) ? integerAttribute(value) : floatAttribute(value)),
};

/**
 * `!lowp.float<e, m, bias, specials>`: a signed float of e exponent and m mantissa bits; the value of a code with
 * exponent field E > 0 is (1 + M/2^m)·2^(E − bias). A fractional bias is a factor on every value. (F1)
 */
export const minifloat = defineType("lowp.float", {
  summary: "A signed float element with its own exponent bits, mantissa bits, bias and special codes.",
  parameters: {
    exponentBits: int({ min: 0, max: 8 }),
    mantissaBits: int({ min: 0, max: 10 }),
    bias,
    specials,
  },
  positional: ["exponentBits", "mantissaBits", "bias", "specials"],
  verify: (parameters) => minifloatProblems(parameters),
});

/** What `!lowp.float<…>` says. */
export interface MinifloatParameters {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly specials: MinifloatSpecials;
}

/** The format with the whole part of the bias; every value is to be multiplied by `factor`, in (0.5, 1]. */
export function minifloatFormat(parameters: MinifloatParameters): {
  readonly format: FloatFormat;
  readonly factor: number;
} {
  const whole = Math.floor(parameters.bias);
  const format = { ...parameters, name: "lowp.float", signed: true, bias: whole };
  return { format, factor: 2 ** (whole - parameters.bias) };
}

function minifloatProblems(parameters: MinifloatParameters): readonly Mismatch[] {
  const { exponentBits, mantissaBits, specials: choice } = parameters;
  const bits = 1 + exponentBits + mantissaBits;
  if (bits > MAX_ELEMENT_BITS)
    return [
      mismatch(
        "float-width",
        `sign, ${exponentBits} exponent and ${mantissaBits} mantissa bits make ${bits}, at most ${MAX_ELEMENT_BITS} expected`,
      ),
    ];
  if (choice === "ieee" && exponentBits === 0)
    return [mismatch("float-specials", "ieee specials need an exponent bit, found 0 exponent bits")];
  // Beyond this the values of 8 exponent bits would leave the f64 range.
  if (Math.abs(parameters.bias) > 512)
    return [mismatch("float-bias", `bias is ${parameters.bias}, expected one between -512 and 512`)];
  if (largestCode(minifloatFormat(parameters).format) >= 1) return [];
  return [
    mismatch(
      "float-empty",
      `${exponentBits} exponent and ${mantissaBits} mantissa bits with ${choice} specials leave no value but zero`,
    ),
  ];
}
