import {
  type Attribute,
  floatAttribute,
  integerAttribute,
  type Literal,
  stringAttribute,
  symbolAttribute,
  typeAttribute,
  word as wordAttribute,
} from "../ir/attributes.ts";
import type { Type } from "../ir/types.ts";

/**
 * Schemas describe small values once and derive everything else: the TypeScript type, decoding from
 * text, printing, and documentation. Op attributes, type parameters and pass options are the same language.
 */
export interface Schema<T> {
  /** For docs and errors, e.g. `int in [2, 8]`. */
  readonly describe: string;
  /** Returns the typed value, or `undefined` when the literal does not fit. */
  decode(literal: Literal): T | undefined;
  encode(value: T): Literal;
  /** Set when the value may be left out. */
  readonly fallback?: { readonly value: T };
  /** Symbols stand before the operands in pretty form, and the verifier looks their names up. */
  readonly role?: "symbol-definition" | "symbol-reference";
}
export type Optional<T> = Schema<T> & { readonly fallback: { readonly value: T } };

export type Schemas = Readonly<Record<string, Schema<unknown>>>;
export type Infer<S> = S extends Schema<infer T> ? T : never;
export type InferAll<S> = { readonly [K in keyof S]: Infer<S[K]> };

type OptionalKeys<S> = {
  [K in keyof S]: S[K] extends { readonly fallback: { readonly value: unknown } } ? K : never;
}[keyof S];
/** What an author writes: values with a fallback may be left out. */
export type InputAll<S> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: Infer<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: Infer<S[K]>;
};

/** Fills in what was left out. */
export const complete = (
  schemas: Schemas,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schemas).map(([key, schema]) => [key, key in given ? given[key] : schema.fallback?.value]),
  );

/** A whole number that fits a JavaScript number; written `3`. */
export function int({
  min = -Infinity,
  max = Infinity,
}: {
  min?: number;
  max?: number;
} = {}): Schema<number> {
  return {
    describe: describeRange(min, max),
    decode(literal) {
      if (literal.kind !== "integer") return undefined;
      const value = Number(literal.value);
      return Number.isSafeInteger(value) && min <= value && value <= max ? value : undefined;
    },
    encode: (value) => integerAttribute(value),
  };
}

function describeRange(min: number, max: number): string {
  if (max !== Infinity) return min === -Infinity ? `int of at most ${max}` : `int in [${min}, ${max}]`;
  return min === -Infinity ? "int" : `int of at least ${min}`;
}

/** A real number; whole numbers may be written without a point. */
export function real({ above = -Infinity }: { above?: number } = {}): Schema<number> {
  return {
    describe: above === -Infinity ? "number" : `number above ${above}`,
    decode(literal) {
      if (literal.kind !== "float" && literal.kind !== "integer") return undefined;
      const value = Number(literal.value);
      return value > above ? value : undefined;
    },
    encode: (value) => floatAttribute(value),
  };
}

export const bool: Schema<boolean> = {
  describe: "true | false",
  decode: (literal) => (literal.kind === "bool" ? literal.value : literal.kind === "unit" ? true : undefined),
  encode: (value) => ({ kind: "bool", value }),
};

export const string: Schema<string> = {
  describe: "string",
  decode(literal) {
    if (literal.kind === "string") return literal.value;
    if (literal.kind === "word") return literal.text;
    // `none` names a type, but as a choice it is a word like any other.
    return literal.kind === "type" && literal.type.kind === "none" ? "none" : undefined;
  },
  encode: stringAttribute,
};

/** One of a few words; generic form writes it as a string. */
export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Schema<Choice> {
  return {
    describe: choices.join(" | "),
    decode(literal) {
      const text = string.decode(literal);
      return choices.find((choice) => choice === text);
    },
    encode: wordAttribute,
  };
}

export function listOf<T>(item: Schema<T>): Schema<readonly T[]> {
  return {
    describe: `list of ${item.describe}`,
    decode(literal) {
      const items = itemsOf(literal);
      const decoded = items?.map((entry) => item.decode(entry));
      return decoded?.every((entry) => entry !== undefined) ? (decoded as T[]) : undefined;
    },
    encode: (values) => ({ kind: "array", items: values.map((value) => item.encode(value) as Attribute) }),
  };
}

function itemsOf(literal: Literal): readonly Literal[] | undefined {
  if (literal.kind === "array") return literal.items;
  if (literal.kind === "group" && literal.open === "[") return literal.items;
  if (literal.kind !== "denseArray") return undefined;
  return literal.values.map((value) =>
    typeof value === "bigint" ? integerAttribute(value) : floatAttribute(Number(value)),
  );
}

export const type: Schema<Type> = {
  describe: "type",
  decode: (literal) => (literal.kind === "type" ? literal.type : undefined),
  encode: typeAttribute,
};

/** The name an op gives to the symbol it defines, `@name`. */
export const symbolDefinition: Schema<string> = {
  describe: "@name",
  decode: (literal) =>
    literal.kind === "symbol" && literal.path.length === 1
      ? literal.path[0]
      : literal.kind === "string"
        ? literal.value
        : undefined,
  encode: stringAttribute,
  role: "symbol-definition",
};

/** A use of a symbol, `@name` or `@outer::@name`, as its path. */
export const symbolReference: Schema<readonly string[]> = {
  describe: "@symbol",
  decode: (literal) => (literal.kind === "symbol" ? literal.path : undefined),
  encode: (path) => symbolAttribute(...path),
  role: "symbol-reference",
};

/** Any attribute, kept as written. */
export const attribute: Schema<Attribute> = {
  describe: "attribute",
  decode: (literal) => (isAttribute(literal) ? literal : undefined),
  encode: (value) => value,
};

/** Any one attribute kind, kept as written. */
export const attributeOf = <Kind extends Attribute["kind"]>(
  kind: Kind,
): Schema<Extract<Attribute, { kind: Kind }>> => ({
  describe: kind,
  decode: (literal) => (literal.kind === kind ? (literal as Extract<Attribute, { kind: Kind }>) : undefined),
  encode: (value) => value as Attribute,
});

/** May be left out, and then has `value`; printed only when it differs. */
export const withDefault = <T>(schema: Schema<T>, value: T): Optional<T> => ({
  ...schema,
  fallback: { value },
});

/** May be left out. */
export const optional = <T>(schema: Schema<T>): Optional<T | undefined> => ({
  ...schema,
  encode: (value) => schema.encode(value as T),
  fallback: { value: undefined },
});

/** Whether a literal is an attribute, that is, may stand outside angle brackets. */
export function isAttribute(literal: Literal): literal is Attribute {
  switch (literal.kind) {
    case "any":
    case "chain":
    case "sequence":
    case "group":
    case "apply":
    case "entry":
      return false;
    default:
      return true;
  }
}
