import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { makeEncoder } from "../../compiler/numeric/float-encode.ts";
import { decode, decodeTable, minPositive } from "../../compiler/numeric/float-format.ts";
import { type Rounding, rounder } from "../../compiler/numeric/rounding.ts";
import { type ElementFormat, floatFormatOf, gridBounds, tableOf } from "./elements.ts";
import { makeNearestEncoder } from "./nearest-value.ts";
import { generatedTables } from "./tables/generate.ts";

/** The choices of a cast into an element format; `random` is needed by stochastic rounding alone. */
export interface CastOptions {
  readonly rounding: Rounding;
  readonly overflow: "saturate" | "inf";
  readonly random: (() => number) | undefined;
  /** f64[2^bits]; for the elements that have several tables or one that is data. */
  readonly table?: Float64Array | undefined;
}

/**
 * f64[2^bits], the value of every code; undefined where the code of an integer or trit is the value. Not for
 * elements whose table depends on the place or on the value: see codebooksOf.
 */
export function codeValues(element: ElementFormat): Float64Array | undefined {
  if (element.kind === "integer" || element.kind === "trit") return undefined;
  if (element.kind === "bipolar") {
    const largest = 2 ** element.bits - 1;
    return Float64Array.from({ length: largest + 1 }, (_, code) => 2 * code - largest);
  }
  const table = tableOf(element);
  if (table) {
    const [only, ...more] = generatedTables(table) ?? [];
    return only && more.length === 0 ? only : unreachable("a table that every place shares");
  }
  const { format, factor } = floatFormatOf(element) ?? unreachable("a float or table");
  const values = decodeTable(format);
  return factor === 1 ? values : values.map((value) => value * factor);
}

/** The function from a value in steps of the scale to its code, clamped to the range of the format. */
export function makeElementEncoder(element: ElementFormat, options: CastOptions): (value: number) => number {
  if (tableOf(element)) return makeNearestEncoder(options.table ?? codeValues(element)!, options);
  const round = rounder(options.rounding, options.random);
  const [lowest, highest] = gridBounds(element);
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
  const { format, factor, subnormals } = floatFormatOf(element) ?? unreachable("a float");
  const { rounding, overflow, random } = options;
  const encode = makeEncoder(format, { rounding, overflow, subnormals, ...(random && { random }) });
  // What a rounded shift leaves below zero is meant to be zero.
  if (!format.signed) return (value) => encode(Math.max(value, 0) / factor);
  return factor === 1 ? encode : (value) => encode(value / factor);
}

/** The code of the smallest value above zero, and that value. */
export function smallestPositive(element: ElementFormat): { readonly code: number; readonly value: number } {
  if (element.kind === "bipolar") return { code: 2 ** (element.bits - 1), value: 1 };
  if (tableOf(element)) return smallestOf(codeValues(element)!);
  const float = floatFormatOf(element);
  if (!float) return { code: 1, value: 1 };
  const { format, factor, subnormals } = float;
  if (format.specials === "e8m0") return { code: 0, value: minPositive(format) * factor };
  const code = subnormals === "flush" ? 2 ** format.mantissaBits : 1;
  return { code, value: decode(format, code) * factor };
}

function smallestOf(table: Float64Array): { readonly code: number; readonly value: number } {
  const code = table.reduce(
    (best, value, at) => (value > 0 && !(table[best]! > 0 && table[best]! <= value) ? at : best),
    0,
  );
  return { code, value: table[code]! };
}
