import type { Attribute } from "./attributes.ts";

/** An extent known only at run time, written `?`. */
export const DYNAMIC = -1;

export type FloatName =
  | "f64"
  | "f32"
  | "f16"
  | "bf16"
  | "f8E4M3FN"
  | "f8E5M2"
  | "f8E4M3FNUZ"
  | "f8E5M2FNUZ"
  | "f8E8M0FNU"
  | "f6E2M3FN"
  | "f6E3M2FN"
  | "f4E2M1FN";

/** Bits of one element in storage, by MLIR's name. */
export const floatBits: Readonly<Record<FloatName, number>> = {
  f64: 64,
  f32: 32,
  f16: 16,
  bf16: 16,
  f8E4M3FN: 8,
  f8E5M2: 8,
  f8E4M3FNUZ: 8,
  f8E5M2FNUZ: 8,
  f8E8M0FNU: 8,
  f6E2M3FN: 6,
  f6E3M2FN: 6,
  f4E2M1FN: 4,
};

export interface IntegerType {
  readonly kind: "integer";
  readonly width: number;
  readonly signedness: "signless" | "signed" | "unsigned";
}
export interface IndexType {
  readonly kind: "index";
}
export interface NoneType {
  readonly kind: "none";
}
export interface FloatType {
  readonly kind: "float";
  readonly name: FloatName;
}
/** `shape` holds extents or DYNAMIC; the encoding slot carries a layout or a frame. */
export interface TensorType {
  readonly kind: "tensor";
  readonly shape: readonly number[];
  readonly element: Type;
  readonly encoding?: Attribute;
}
export interface UnrankedTensorType {
  readonly kind: "unranked";
  readonly element: Type;
}
export interface FunctionType {
  readonly kind: "function";
  readonly inputs: readonly Type[];
  readonly results: readonly Type[];
}
export interface TupleType {
  readonly kind: "tuple";
  readonly items: readonly Type[];
}
/** A type of a registered dialect; `parameters` are decoded by its definition. */
export interface DialectType {
  readonly kind: "dialect";
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}
/** A type of a dialect nobody registered: its body is kept character for character. */
export interface OpaqueType {
  readonly kind: "opaque";
  readonly name: string;
  readonly body?: string;
}
/** A builtin type this compiler carries through without looking inside (`memref<…>`, `vector<…>`). */
export interface VerbatimType {
  readonly kind: "verbatim";
  readonly text: string;
}

export type Type =
  | IntegerType
  | IndexType
  | NoneType
  | FloatType
  | TensorType
  | UnrankedTensorType
  | FunctionType
  | TupleType
  | DialectType
  | OpaqueType
  | VerbatimType;

export const float = (name: FloatName): FloatType => ({ kind: "float", name });
export const f64 = float("f64");
export const f32 = float("f32");
export const f16 = float("f16");
export const bf16 = float("bf16");
export const index: IndexType = { kind: "index" };
export const integer = (width: number, signedness: IntegerType["signedness"] = "signless"): IntegerType => ({
  kind: "integer",
  width,
  signedness,
});
export const i1 = integer(1);
export const i32 = integer(32);
export const i64 = integer(64);

/** A tensor type; `null` or DYNAMIC stands for an unknown extent. */
export const tensorType = (
  shape: readonly (number | null)[],
  element: Type,
  encoding?: Attribute,
): TensorType => ({
  kind: "tensor",
  shape: shape.map((size) => size ?? DYNAMIC),
  element,
  ...(encoding && { encoding }),
});

/** The type a builtin word names (`f32`, `si8`, `index`), if it names one. Widths run from 1 to 64. */
export function builtinType(word: string): Type | undefined {
  if (word in floatBits) return float(word as FloatName);
  if (word === "index") return index;
  if (word === "none") return { kind: "none" };
  const match = /^(si|ui|i)([1-9]\d?)$/.exec(word);
  if (!match) return undefined;
  const width = Number(match[2]);
  if (width > 64) return undefined;
  const signedness = match[1] === "si" ? "signed" : match[1] === "ui" ? "unsigned" : "signless";
  return integer(width, signedness);
}

/** Structural equality of types, attributes and everything else made of plain data; +0 and -0 are two numbers. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return left !== 0 || Object.is(left, right);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
    return Number.isNaN(left) && Number.isNaN(right);
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left).filter((key) => (left as Record<string, unknown>)[key] !== undefined);
  const others = Object.keys(right).filter((key) => (right as Record<string, unknown>)[key] !== undefined);
  return (
    keys.length === others.length &&
    keys.every((key) => same((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]))
  );
}

/** Whether two types could describe one value: equal, but for extents unknown on either side. */
export function compatible(left: Type, right: Type): boolean {
  if (left === right) return true;
  if (left.kind !== "tensor" || right.kind !== "tensor") return same(left, right);
  return (
    left.shape.length === right.shape.length &&
    left.shape.every((size, axis) => sizesAgree(size, right.shape[axis]!)) &&
    same(left.element, right.element) &&
    same(left.encoding, right.encoding)
  );
}

/** Extents agree when they are equal or one of them is unknown. */
export const sizesAgree = (left: number, right: number): boolean =>
  left === right || left === DYNAMIC || right === DYNAMIC;

/** The extent two agreeing axes must have: the known one. */
export const knownSize = (left: number, right: number): number => (left === DYNAMIC ? right : left);
