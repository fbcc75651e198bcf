import { error, type Span } from "../diagnostics/diagnostic.ts";
import type { Attribute } from "../ir/attributes.ts";
import { f64, integer, type Type } from "../ir/types.ts";
import { denseShapeProblem, denseValueOf } from "./dense.ts";
import { floatOfBits } from "./float-bits.ts";
import type { AttributeResolver } from "./resolve-attributes.ts";
import type { AttributeSyntax } from "./syntax.ts";
import { unreadable } from "./unreadable.ts";

const unit: Attribute = { kind: "unit" };
const isHexadecimal = (text: string): boolean => /^-?0x/.test(text);

/** A number as its type reads it: i64 and f64 where none is given; hexadecimal floats are bit patterns. */
export function resolveNumber(
  text: string,
  type: Type | undefined,
  span: Span,
  resolver: AttributeResolver,
): Attribute {
  const whole = /^-?\d+$/.test(text);
  const hexadecimal = isHexadecimal(text);
  const expected = type ?? (whole || hexadecimal ? integer(64) : f64);
  const refuse = (message: string, hint?: string) => {
    resolver.report(error("number-type", message, { span, ...(hint !== undefined && { hint }) }));
    return unit;
  };
  if (expected.kind === "float") {
    if (hexadecimal) return floatOfBits(BigInt(text.replace("-", "")), expected);
    const value = Number(text);
    return Number.isFinite(expected.name === "f64" ? value : Math.fround(value))
      ? { kind: "float", value, type: expected }
      : refuse(`${text} is too large for ${expected.name}`);
  }
  if (expected.kind === "integer" || expected.kind === "index") {
    if (!whole && !hexadecimal)
      return refuse(`${text} is no integer`, "give it a float type, or drop the point");
    const magnitude = BigInt(text.replace("-", ""));
    return { kind: "integer", value: text.startsWith("-") ? -magnitude : magnitude, type: expected };
  }
  return expected === unreadable ? unit : refuse(`${text} cannot have this type`);
}

/** Where a body stands: `start` is its first character, `span` the whole attribute. */
interface Place {
  readonly start: number;
  readonly span: Span;
}

/** `dense<…> : type` */
export function resolveDense(
  body: string,
  { start, span }: Place,
  type: Type | undefined,
  resolver: AttributeResolver,
): Attribute {
  const refuse = (code: string, message: string) => {
    resolver.report(error(code, message, { span }));
    return unit;
  };
  if (type?.kind === "verbatim") return { kind: "verbatim", text: `dense<${body}>`, type };
  if (type?.kind !== "tensor") return refuse("dense-type", "dense<…> needs a tensor type after a colon");
  const items = body.trim() === "" ? [] : resolver.piece((grammar) => grammar.body, body, start);
  if (!items) return unit;
  const [first, ...others] = items;
  const value = first ? denseValueOf(resolver.literal(withElementType(first, type.element))) : [];
  if (others.length > 0 || value === undefined)
    return refuse("dense-shape", "dense<…> holds something that is no number");
  const problem = denseShapeProblem(value, type);
  return problem === undefined
    ? { kind: "dense", value, type }
    : refuse("dense-shape", `dense<…> ${problem}`);
}

/** `array<i64: 1, 2>` */
export function resolveDenseArray(
  body: string,
  { start, span }: Place,
  resolver: AttributeResolver,
): Attribute {
  const refuse = (message: string) => {
    resolver.report(error("dense-array", message, { span, hint: "write array<i64: 1, 2>" }));
    return unit;
  };
  const items = resolver.piece((grammar) => grammar.body, body, start);
  if (!items) return unit;
  const [head, ...firstValues] = items[0]?.kind === "chain" ? items[0].items : items.slice(0, 1);
  const element = head && resolver.literal(head);
  if (element?.kind !== "type") return refuse("array<…> starts with its element type");
  const values = [...firstValues, ...items.slice(1)].map((item) =>
    denseValueOf(resolver.literal(withElementType(item, element.type))),
  );
  return values.every((value) => value !== undefined)
    ? { kind: "denseArray", element: element.type, values }
    : refuse("array<…> holds something that is no number");
}

/** Hexadecimal numbers in `dense<…>` of floats are bit patterns, as they are outside of it. */
function withElementType(syntax: AttributeSyntax, element: Type): AttributeSyntax {
  if (syntax.kind === "group" || syntax.kind === "array")
    return { ...syntax, items: syntax.items.map((item) => withElementType(item, element)) };
  if (element.kind !== "float" || syntax.kind !== "number" || !isHexadecimal(syntax.text)) return syntax;
  return { ...syntax, typed: { kind: "spelled", image: element.name, start: syntax.span.start } };
}
