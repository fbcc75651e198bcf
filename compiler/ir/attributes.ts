import type { FloatType, IndexType, IntegerType, TensorType, Type } from "./types.ts";

/** Where an op came from, as far as the user says so with `loc(…)`. */
export type Location =
  | { readonly kind: "unknown" }
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: "name"; readonly name: string; readonly child?: Location }
  | { readonly kind: "callsite"; readonly callee: Location; readonly caller: Location }
  | { readonly kind: "fused"; readonly metadata?: Attribute; readonly items: readonly Location[] };

/** The numbers of a `dense<…>` literal: one splat value, or lists nested as deep as the tensor's rank. */
export type DenseValue = bigint | number | boolean | string | readonly DenseValue[];

/** Compile-time values of the text, as plain immutable data. */
export type Attribute =
  | { readonly kind: "unit" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint; readonly type: IntegerType | IndexType }
  /** `bits` is set where the value alone would lose a NaN payload. */
  | { readonly kind: "float"; readonly value: number; readonly type: FloatType; readonly bits?: bigint }
  | { readonly kind: "string"; readonly value: string; readonly type?: Type }
  /** `@a::@b` is ["a", "b"]. */
  | { readonly kind: "symbol"; readonly path: readonly string[] }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "array"; readonly items: readonly Attribute[] }
  | { readonly kind: "dictionary"; readonly entries: Readonly<Record<string, Attribute>> }
  /** `array<i32: 1, 2>` */
  | { readonly kind: "denseArray"; readonly element: Type; readonly values: readonly DenseValue[] }
  | { readonly kind: "dense"; readonly value: DenseValue; readonly type: TensorType }
  | { readonly kind: "resource"; readonly key: string; readonly type?: Type }
  | { readonly kind: "location"; readonly location: Location }
  | {
      readonly kind: "dialect";
      readonly name: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "opaque"; readonly name: string; readonly body?: string; readonly type?: Type }
  /** A builtin attribute carried through unread (`affine_map<…>`). */
  | { readonly kind: "verbatim"; readonly text: string; readonly type?: Type }
  /** A bare enumerator in pretty form and in pipelines; generic form writes it as a string. */
  | { readonly kind: "word"; readonly text: string };

/** What may stand inside the angle brackets of a registered type or attribute, beyond attributes. */
export type Literal =
  | Attribute
  | { readonly kind: "any" } // *
  | { readonly kind: "chain"; readonly items: readonly Literal[] } // a:b:c
  | { readonly kind: "sequence"; readonly items: readonly Literal[] } // a b c
  | { readonly kind: "group"; readonly open: "(" | "[" | "{" | "<"; readonly items: readonly Literal[] }
  | { readonly kind: "apply"; readonly head: Literal; readonly items: readonly Literal[] } // a<b, c>
  | { readonly kind: "entry"; readonly key: string; readonly value: Literal }; // a = b

export const word = (text: string): Attribute => ({ kind: "word", text });
export const stringAttribute = (value: string): Attribute => ({ kind: "string", value });
export const typeAttribute = (type: Type): Attribute => ({ kind: "type", type });
export const symbolAttribute = (...path: readonly string[]): Attribute => ({ kind: "symbol", path });
export const integerAttribute = (
  value: number | bigint,
  type: IntegerType | IndexType = { kind: "integer", width: 64, signedness: "signless" },
): Attribute => ({ kind: "integer", value: BigInt(value), type });
export const floatAttribute = (
  value: number,
  type: FloatType = { kind: "float", name: "f64" },
): Attribute => ({ kind: "float", value, type });
