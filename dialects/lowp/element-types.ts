import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { defineType } from "../../compiler/define/type.ts";
import { floatAttribute, integerAttribute, word } from "../../compiler/ir/attributes.ts";
import { type FloatFormat, largestCode } from "../../compiler/numeric/float-format.ts";
import { int, oneOf, type Schema, withDefault } from "../../compiler/schema/schema.ts";

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
 * `!lowp.float<e, m, bias, specials>`: a float of e exponent and m mantissa bits; the value of a code with exponent
 * field E > 0 is (1 + M/2^m)·2^(E − bias). A fractional bias is a factor on every value. It is an element of
 * `!lowp.q`, and by itself the type of numbers that have no scale. (F1; UE5M3 of F3 is <5, 3, 15, fn, sign = unsigned>)
 */
export const minifloat = defineType("lowp.float", {
  summary: "A float with its own exponent bits, mantissa bits, bias and special codes.",
  parameters: {
    exponentBits: int({ min: 0, max: 8 }),
    mantissaBits: int({ min: 0, max: 10 }),
    bias,
    specials,
    sign: withDefault(oneOf("signed", "unsigned"), "signed"),
    subnormals: withDefault(oneOf("keep", "flush"), "keep"), // flush: no value is rounded to one
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
  readonly sign: "signed" | "unsigned";
  readonly subnormals: "keep" | "flush";
}

/** The format with the whole part of the bias; every value is to be multiplied by `factor`, in (0.5, 1]. */
export function minifloatFormat(parameters: MinifloatParameters): {
  readonly format: FloatFormat;
  readonly factor: number;
} {
  const { exponentBits, mantissaBits, bias: exact, specials: choice, sign } = parameters;
  const whole = Math.floor(exact);
  const key = [exponentBits, mantissaBits, whole, choice, sign].join();
  const format = formats.get(key) ?? {
    name: "lowp.float",
    signed: sign === "signed",
    exponentBits,
    mantissaBits,
    bias: whole,
    specials: choice,
  };
  formats.set(key, format);
  return { format, factor: 2 ** (whole - exact) };
}

/** One object per format, so that its decode table is made once. */
const formats = new Map<string, FloatFormat>();

function minifloatProblems(parameters: MinifloatParameters): readonly Mismatch[] {
  const { exponentBits, mantissaBits, specials: choice, sign, subnormals } = parameters;
  const bits = (sign === "signed" ? 1 : 0) + exponentBits + mantissaBits;
  const named = sign === "signed" ? "sign, " : "";
  if (bits > MAX_ELEMENT_BITS)
    return [
      mismatch(
        "float-width",
        `${named}${exponentBits} exponent and ${mantissaBits} mantissa bits make ${bits}, at most ${MAX_ELEMENT_BITS} expected`,
      ),
    ];
  if (bits === 0)
    return [mismatch("float-width", "no exponent and no mantissa bits, at least one bit expected")];
  if (choice === "fnuz" && sign === "unsigned")
    return [mismatch("float-specials", "fnuz makes the code of -0 NaN, and an unsigned float has no -0")];
  if (subnormals === "flush" && (exponentBits === 0 || mantissaBits === 0))
    return [
      mismatch(
        "float-subnormals",
        `subnormals = flush has no effect on ${exponentBits} exponent and ${mantissaBits} mantissa bits`,
        { hint: "drop subnormals: flush needs an exponent and a mantissa bit" },
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
