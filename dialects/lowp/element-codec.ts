import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { makeEncoder } from "../../compiler/numeric/float-encode.ts";
import { decode, decodeTable, minPositive } from "../../compiler/numeric/float-format.ts";
import { type Rounding, rounder } from "../../compiler/numeric/rounding.ts";
import { type ElementFormat, floatFormatOf, gridBounds } from "./elements.ts";

/** The choices of a cast into an element format; `random` is needed by stochastic rounding alone. */
export interface CastOptions {
  readonly rounding: Rounding;
  readonly overflow: "saturate" | "inf";
  readonly random: (() => number) | undefined;
}

/** f64[2^bits], the value of every code; undefined where the code of an integer or trit is the value. */
export function codeValues(element: ElementFormat): Float64Array | undefined {
  if (element.kind === "integer" || element.kind === "trit") return undefined;
  if (element.kind === "bipolar") {
    const largest = 2 ** element.bits - 1;
    return Float64Array.from({ length: largest + 1 }, (_, code) => 2 * code - largest);
  }
  const { format, factor } = floatFormatOf(element) ?? unreachable("a table has no values of its own");
  const values = decodeTable(format);
  return factor === 1 ? values : values.map((value) => value * factor);
}

/** The function from a value in steps of the scale to its code, clamped to the range of the format. */
export function makeElementEncoder(element: ElementFormat, options: CastOptions): (value: number) => number {
  const round = rounder(options.rounding, options.random);
  const [lowest, highest] = gridBounds(element) ?? unreachable("a table is not encoded here");
  switch (element.kind) {
    case "integer":
    case "trit":
      return (value) => Math.min(Math.max(round(value), lowest), highest);
    case "bipolar":
      return (value) => Math.min(Math.max(round((value + highest) / 2), 0), highest);
    case "float":
    case "custom":
      return floatEncoder(element, options);
  }
}

function floatEncoder(element: ElementFormat, options: CastOptions): (value: number) => number {
  const { format, factor, subnormals } = floatFormatOf(element) ?? unreachable("a table is not encoded here");
  const { rounding, overflow, random } = options;
  const encode = makeEncoder(format, { rounding, overflow, subnormals, ...(random && { random }) });
  // What a rounded shift leaves below zero is meant to be zero.
  if (!format.signed) return (value) => encode(Math.max(value, 0) / factor);
  return factor === 1 ? encode : (value) => encode(value / factor);
}

/** The code of the smallest value above zero, and that value. */
export function smallestPositive(element: ElementFormat): { readonly code: number; readonly value: number } {
  if (element.kind === "bipolar") return { code: 2 ** (element.bits - 1), value: 1 };
  const float = floatFormatOf(element);
  if (!float) return { code: 1, value: 1 };
  const { format, factor, subnormals } = float;
  if (format.specials === "e8m0") return { code: 0, value: minPositive(format) * factor };
  const code = subnormals === "flush" ? 2 ** format.mantissaBits : 1;
  return { code, value: decode(format, code) * factor };
}
