import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { integerAttribute, type Literal, typeAttribute, word } from "../../compiler/ir/attributes.ts";
import type { DialectType, FloatType, IntegerType } from "../../compiler/ir/types.ts";
import {
  bitsOf,
  type FloatFormat,
  maxFinite,
  namedFloatFormats,
} from "../../compiler/numeric/float-format.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import { MAX_ELEMENT_BITS, minifloat, minifloatFormat } from "./element-types.ts";
import { type TableParameters, table } from "./table-type.ts";
import { tableBounds } from "./tables/generate.ts";

/** What one code of a quantized value stands for. (F1, F5, F6, F7, F10) */
export type ElementFormat =
  /** The code is the integer; `range` narrows the two's complement or unsigned range of the type. */
  | { readonly kind: "integer"; readonly type: IntegerType; readonly range?: readonly [number, number] }
  | { readonly kind: "float"; readonly type: FloatType }
  /** Code c in [0, 2^bits) is the odd integer 2c − (2^bits − 1). */
  | { readonly kind: "bipolar"; readonly bits: number }
  /** The code is −1, 0 or 1. */
  | { readonly kind: "trit" }
  /** `!lowp.float<…>` or `!lowp.table<…>`. */
  | { readonly kind: "custom"; readonly type: DialectType };

const smallFloats: Readonly<Record<string, FloatFormat>> = Object.fromEntries(
  Object.entries(namedFloatFormats).filter(([, format]) => bitsOf(format) <= 8),
);

/** The element of `!lowp.q<element, …>`, by the spelling of IR.md §3. */
export const elementSchema: Schema<ElementFormat> = {
  describe:
    "element, one of iN | siN | uiN | iN<lo:hi> | f8E4M3FN and other floats of at most 8 bits | bipolarN | trit | !lowp.float<…> | !lowp.table<…>",
  decode(literal) {
    if (literal.kind === "apply") return decodeRanged(literal.head, literal.items);
    if (literal.kind === "word") return decodeWord(literal.text);
    if (literal.kind !== "type") return undefined;
    const { type } = literal;
    if (type.kind === "integer") return { kind: "integer", type };
    if (type.kind === "float") return type.name in smallFloats ? { kind: "float", type } : undefined;
    if (type.kind !== "dialect") return undefined;
    return minifloat.is(type) || table.is(type) ? { kind: "custom", type } : undefined;
  },
  encode(element) {
    switch (element.kind) {
      case "integer":
        return element.range ? encodeRanged(element.type, element.range) : typeAttribute(element.type);
      case "float":
      case "custom":
        return typeAttribute(element.type);
      case "bipolar":
        return word(`bipolar${element.bits}`);
      case "trit":
        return word("trit");
    }
  },
};

/** Bits of one code in storage. A trit needs 2 where trits are not packed five to a byte. */
export function bitsOfElement(element: ElementFormat): number {
  switch (element.kind) {
    case "integer":
      return element.type.width;
    case "float":
      return bitsOf(smallFloats[element.type.name]!);
    case "bipolar":
      return element.bits;
    case "trit":
      return 2;
    case "custom":
      return table.is(element.type) ? element.type.parameters.bits : bitsOf(floatFormatOf(element)!.format);
  }
}

/** What a table says; undefined for any other element. */
export const tableOf = (element: ElementFormat): TableParameters | undefined =>
  element.kind === "custom" && table.is(element.type) ? element.type.parameters : undefined;

/** Whether the values of an element are data of the value, its component `table`. */
export const hasCodebook = (element: ElementFormat): boolean => tableOf(element)?.values.kind === "data";

/** Whether the type alone says what each code stands for, whatever its block and the data are. */
export function hasFixedValues(element: ElementFormat): boolean {
  const source = tableOf(element)?.values.kind;
  return source !== "data" && source !== "bitmod";
}

/** Neighbouring elements of the last axis that one code stands for: 1, but for tables of vectors. */
export const elementsPerCode = (element: ElementFormat): number => tableOf(element)?.dim ?? 1;

/** Whether the format has values below zero; a table that is data may have them. */
export function isSignedElement(element: ElementFormat): boolean {
  const own = tableOf(element);
  if (own) return tableBounds(own)[0] < 0;
  if (element.kind === "integer") return element.type.signedness !== "unsigned";
  return floatFormatOf(element)?.format.signed ?? true;
}

/** The float behind an element, all of whose values are to be multiplied by `factor`; undefined for no float. */
export function floatFormatOf(element: ElementFormat): ElementFloat | undefined {
  if (element.kind === "float")
    return { format: smallFloats[element.type.name]!, factor: 1, subnormals: "keep" };
  if (element.kind !== "custom" || !minifloat.is(element.type)) return undefined;
  const { subnormals } = element.type.parameters;
  return { ...minifloatFormat(element.type.parameters), subnormals };
}

export interface ElementFloat {
  readonly format: FloatFormat;
  readonly factor: number;
  /** flush: numbers are never rounded to a subnormal, though its code still has a value. */
  readonly subnormals: "keep" | "flush";
}

/** Lowest and highest value on the grid of a format, or for a table the ends that a block is scaled to. */
export function gridBounds(element: ElementFormat): readonly [number, number] {
  switch (element.kind) {
    case "integer":
      return element.range ?? storageRange(element.type);
    case "bipolar":
      return [1 - 2 ** element.bits, 2 ** element.bits - 1];
    case "trit":
      return [-1, 1];
    case "float":
    case "custom": {
      const own = tableOf(element);
      if (own) return tableBounds(own);
      const float = floatFormatOf(element)!;
      const largest = maxFinite(float.format) * float.factor;
      return [float.format.signed ? -largest : 0, largest];
    }
  }
}

/**
 * The value that the largest magnitude of a block maps to: the symmetric bound, so 7 for i4, whose −8 has no
 * counterpart. (F5)
 */
export function largestMagnitude(element: ElementFormat): number {
  const [lowest, highest] = gridBounds(element);
  if (highest <= 0) return -lowest;
  return lowest < 0 ? Math.min(-lowest, highest) : highest;
}

/** Whether zero is a value of the format; a bipolar grid has only odd numbers, and a table that is data any. */
export function hasZero(element: ElementFormat): boolean {
  return element.kind !== "bipolar" && tableOf(element)?.values.kind !== "log_sqrt2" && !hasCodebook(element);
}

/** The element as it is spelled in the text of a type, but for the parameters of custom ones. */
export function describeElement(element: ElementFormat): string {
  switch (element.kind) {
    case "integer":
      return `${integerName(element.type)}${element.range ? `<${element.range.join(":")}>` : ""}`;
    case "float":
      return element.type.name;
    case "bipolar":
      return `bipolar${element.bits}`;
    case "trit":
      return "trit";
    case "custom":
      return `!${element.type.name}`;
  }
}

/** Laws on an element alone. */
export function elementProblems(element: ElementFormat): readonly Mismatch[] {
  if (element.kind === "custom") {
    const { type } = element;
    if (minifloat.is(type)) return minifloat.verify?.(type.parameters) ?? [];
    return table.is(type) ? (table.verify?.(type.parameters) ?? []) : [];
  }
  const name = describeElement(element);
  const bits = bitsOfElement(element);
  if (bits < 1 || bits > MAX_ELEMENT_BITS)
    return [
      mismatch("element-width", `${name} has ${bits} bits, expected 1 to ${MAX_ELEMENT_BITS} for an element`),
    ];
  if (element.kind !== "integer" || !element.range) return [];
  return rangeProblems(element.type, element.range);
}

function rangeProblems(type: IntegerType, [low, high]: readonly [number, number]): readonly Mismatch[] {
  const [lowest, highest] = storageRange(type);
  const range = `range ${low}:${high}`;
  if (low < lowest || high > highest)
    return [
      mismatch(
        "element-range",
        `${range} does not fit ${integerName(type)}, which holds ${lowest}:${highest}`,
      ),
    ];
  if (low >= high) return [mismatch("element-range", `${range} is empty, expected lower < upper`)];
  if (low > 0 || high < 0)
    return [mismatch("element-range", `${range} has no zero, expected lower <= 0 <= upper`)];
  return [];
}

/** The integers a type of at most 32 bits holds; a signless one is two's complement. */
export function storageRange({ width, signedness }: IntegerType): readonly [number, number] {
  return signedness === "unsigned" ? [0, 2 ** width - 1] : [-(2 ** (width - 1)), 2 ** (width - 1) - 1];
}

const integerName = ({ width, signedness }: IntegerType): string =>
  `${{ signless: "i", signed: "si", unsigned: "ui" }[signedness]}${width}`;

function decodeWord(text: string): ElementFormat | undefined {
  if (text === "trit") return { kind: "trit" };
  const match = /^bipolar([1-9]\d?)$/.exec(text);
  return match ? { kind: "bipolar", bits: Number(match[1]) } : undefined;
}

function decodeRanged(head: Literal, items: readonly Literal[]): ElementFormat | undefined {
  const [only] = items;
  if (head.kind !== "type" || head.type.kind !== "integer") return undefined;
  if (items.length !== 1 || only?.kind !== "chain" || only.items.length !== 2) return undefined;
  const bounds = only.items.map((item) => (item.kind === "integer" ? Number(item.value) : Number.NaN));
  const [low, high] = bounds;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return undefined;
  return { kind: "integer", type: head.type, range: [low!, high!] };
}

const encodeRanged = (type: IntegerType, range: readonly [number, number]): Literal => ({
  kind: "apply",
  head: typeAttribute(type),
  items: [{ kind: "chain", items: range.map((bound) => integerAttribute(bound)) }],
});
