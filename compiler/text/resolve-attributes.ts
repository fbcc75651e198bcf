import type { Registry } from "../define/dialect.ts";
import { isMismatch, type Mismatch } from "../define/op.ts";
import type { AnyParametric } from "../define/type.ts";
import { type Diagnostic, error, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute, Literal, Location } from "../ir/attributes.ts";
import { builtinType, DYNAMIC, type FloatType, integer, type Type } from "../ir/types.ts";
import { isAttribute } from "../schema/schema.ts";
import { denseShapeProblem, denseValueOf } from "./dense.ts";
import { floatOfBits } from "./float-bits.ts";
import { decodeParameters } from "./parametric.ts";
import { parsePiece } from "./parse.ts";
import { unquote } from "./quote.ts";
import type {
  AliasSyntax,
  AttributeSyntax,
  EntrySyntax,
  LocationSyntax,
  Name,
  TypeSyntax,
} from "./syntax.ts";

/** Stands for a type that could not be read; the error has been reported. */
export const unreadable: Type = { kind: "verbatim", text: "<unreadable>" };

export interface TextOptions {
  readonly allowUnregistered: boolean;
}

/** Gives spelled types, attributes and locations their meaning. Each spelling is read once per file. */
export class AttributeResolver {
  readonly diagnostics: Diagnostic[] = [];
  readonly #registry: Registry;
  readonly #file: string;
  readonly #options: TextOptions;
  readonly #types = new Map<string, Type>();
  readonly #typeAliases = new Map<string, Type>();
  readonly #attributeAliases = new Map<string, Attribute>();

  constructor(registry: Registry, file: string, options: TextOptions) {
    this.#registry = registry;
    this.#file = file;
    this.#options = options;
  }

  report(diagnostic: Diagnostic): undefined {
    this.diagnostics.push(diagnostic);
  }

  addAlias({
    name,
    target,
  }: AliasSyntax): { readonly type: Type } | { readonly attribute: Attribute } | undefined {
    const { text, span } = name;
    if (text.includes(".") || text.includes("<"))
      return this.report(
        error("alias-name", `${text} cannot name an alias: dots belong to dialects`, { span }),
      );
    if (this.#typeAliases.has(text) || this.#attributeAliases.has(text))
      return this.report(error("redefined-alias", `${text} is already defined`, { span }));
    if ("type" in target) {
      const type = this.type(target.type);
      this.#typeAliases.set(text, type);
      return { type };
    }
    const attribute = this.attribute(target.attribute);
    this.#attributeAliases.set(text, attribute);
    return { attribute };
  }

  type(syntax: TypeSyntax): Type {
    if (syntax.kind === "function")
      return {
        kind: "function",
        inputs: syntax.inputs.map((input) => this.type(input)),
        results: syntax.results.map((result) => this.type(result)),
      };
    const known = this.#types.get(syntax.image);
    if (known) return known;
    const type = this.#spelledType(syntax.image, syntax.start) ?? unreadable;
    this.#types.set(syntax.image, type);
    return type;
  }

  #spelledType(image: string, start: number): Type | undefined {
    const span = this.#span(start, image.length);
    if (image.startsWith("!")) return this.#bangType(image, start, span);
    const angle = image.indexOf("<");
    if (angle === -1) return builtinType(image) ?? this.#unknownWord(image, span);
    const head = image.slice(0, angle);
    const body = image.slice(angle + 1, -1);
    switch (head) {
      case "tensor":
        return this.#tensor(body, start + angle + 1, span);
      case "tuple": {
        const items = this.#piece((grammar) => grammar.typesRule, body, start + angle + 1);
        return items && { kind: "tuple", items: items.map((item) => this.type(item)) };
      }
      case "vector":
      case "memref":
      case "complex":
        return { kind: "verbatim", text: image };
      default:
        return this.#unknownWord(head, span);
    }
  }

  #unknownWord(word: string, span: Span): undefined {
    return this.report(
      error("unknown-type", `${word} is not a type`, {
        span,
        hint: didYouMean(word, [
          "tensor",
          "index",
          "f32",
          "f16",
          "bf16",
          "f64",
          "i1",
          "i8",
          "i32",
          "i64",
          "none",
        ]),
      }),
    );
  }

  #tensor(body: string, start: number, span: Span): Type | undefined {
    if (body.startsWith("*x")) {
      const element = this.#piece((grammar) => grammar.typeRule, body.slice(2), start + 2);
      return element && { kind: "unranked", element: this.type(element) };
    }
    const shape: number[] = [];
    const extent = /\s*(\?|\d+)\s*x/y;
    for (let match = extent.exec(body); match; match = extent.exec(body)) {
      shape.push(match[1] === "?" ? DYNAMIC : Number(match[1]));
      start = start + 0;
    }
    const consumed = shape.length === 0 ? 0 : lastIndexAfter(body, shape.length);
    const tail = this.#piece((grammar) => grammar.tensorTail, body.slice(consumed), start + consumed);
    if (!tail) return undefined;
    if (shape.some((size) => !Number.isSafeInteger(size)))
      return this.report(error("tensor-shape", "an extent is too large", { span }));
    const element = this.type(tail.element);
    const encoding = tail.encoding && this.attribute(tail.encoding);
    const tensor = { kind: "tensor", shape, element, ...(encoding && { encoding }) } as const;
    if (element.kind === "dialect") {
      const problems = this.#registry.type(element.name)?.verifyInTensor?.(element.parameters, tensor) ?? [];
      for (const problem of problems) this.#reportMismatch(problem, span);
    }
    if (encoding?.kind === "dialect") {
      const problems =
        this.#registry.attribute(encoding.name)?.verifyInTensor?.(encoding.parameters, tensor) ?? [];
      for (const problem of problems) this.#reportMismatch(problem, span);
    }
    return tensor;
  }

  #bangType(image: string, start: number, span: Span): Type | undefined {
    const alias = this.#typeAliases.get(image);
    if (alias) return alias;
    const { name, body, bodyStart } = split(image, start);
    if (!name.includes(".") && body === undefined)
      return this.report(
        error("unknown-alias", `${image} is not defined before this place`, {
          span,
          hint: didYouMean(image, [...this.#typeAliases.keys()]),
        }),
      );
    const definition = this.#registry.type(name);
    if (!definition) {
      this.#refuseUnregistered("type", `!${name}`, name, span);
      return { kind: "opaque", name, ...(body !== undefined && { body }) };
    }
    const parameters = this.#parameters(definition, body ?? "", bodyStart, span);
    return parameters && { kind: "dialect", name, parameters };
  }

  #hashAttribute(image: string, span: Span): Attribute | undefined {
    const alias = this.#attributeAliases.get(image);
    if (alias) return alias;
    const { name, body, bodyStart } = split(image, span.start);
    if (!name.includes(".") && body === undefined)
      return this.report(
        error("unknown-alias", `${image} is not defined before this place`, {
          span,
          hint: didYouMean(image, [...this.#attributeAliases.keys()]),
        }),
      );
    const definition = this.#registry.attribute(name);
    if (!definition) {
      this.#refuseUnregistered("attribute", `#${name}`, name, span);
      return { kind: "opaque", name, ...(body !== undefined && { body }) };
    }
    const parameters = this.#parameters(definition, body ?? "", bodyStart, span);
    return parameters && { kind: "dialect", name, parameters };
  }

  /** A dialect that is registered knows its own names; one that is not may be let through. */
  #refuseUnregistered(sort: string, spelled: string, name: string, span: Span): void {
    const dialect = this.#registry.dialects.find((known) => known.name === name.split(".")[0]);
    if (!dialect && this.#options.allowUnregistered) return;
    const known = sort === "type" ? dialect?.types : dialect?.attributes;
    this.report(
      error(
        `unknown-${sort}`,
        dialect
          ? `dialect ${dialect.name} has no ${sort} ${spelled}`
          : `no registered dialect defines ${spelled}`,
        {
          span,
          hint: dialect
            ? didYouMean(
                name,
                (known ?? []).map((definition) => definition.name),
              )
            : "--allow-unregistered-dialect lets unknown dialects pass through untouched",
        },
      ),
    );
  }

  #parameters(
    definition: AnyParametric,
    body: string,
    start: number,
    span: Span,
  ): Readonly<Record<string, unknown>> | undefined {
    const items = this.#piece((grammar) => grammar.body, body, start);
    if (!items) return undefined;
    const before = this.diagnostics.length;
    const literals = items.map((item) => this.literal(item));
    if (this.diagnostics.length > before) return undefined;
    const parameters = decodeParameters(definition, literals);
    const problems = isMismatch(parameters) ? [parameters] : (definition.verify?.(parameters) ?? []);
    for (const problem of problems) this.#reportMismatch(problem, span);
    return problems.length > 0 || isMismatch(parameters) ? undefined : parameters;
  }

  #reportMismatch({ blames: _, ...problem }: Mismatch, span: Span): void {
    this.report({ severity: "error", span, ...problem });
  }

  #piece<T>(rule: Parameters<typeof parsePiece<T>>[0], text: string, base: number): T | undefined {
    const parsed = parsePiece(rule, text, this.#file, base);
    if (parsed.ok) return parsed.value;
    for (const diagnostic of parsed.diagnostics) this.report(diagnostic);
    return undefined;
  }

  #span(start: number, length: number): Span {
    return { file: this.#file, start, end: start + length };
  }

  entries(list: readonly EntrySyntax[]): Map<string, { readonly value: Attribute; readonly span: Span }> {
    const entries = new Map<string, { readonly value: Attribute; readonly span: Span }>();
    for (const { key, value } of list) {
      if (entries.has(key.text))
        this.report(error("duplicate-attribute", `${key.text} is given twice`, { span: key.span }));
      entries.set(key.text, {
        value: value ? this.attribute(value) : { kind: "unit" },
        span: value?.span ?? key.span,
      });
    }
    return entries;
  }

  attribute(syntax: AttributeSyntax): Attribute {
    const literal = this.literal(syntax);
    if (isAttribute(literal)) return literal;
    this.report(
      error("syntax", "this may only stand inside the angle brackets of a dialect's type", {
        span: syntax.span,
      }),
    );
    return { kind: "unit" };
  }

  /** An attribute, or what may stand inside a dialect body. */
  literal(syntax: AttributeSyntax): Literal {
    const typed = syntax.typed && this.type(syntax.typed);
    const list = (items: readonly AttributeSyntax[]) => items.map((item) => this.literal(item));
    switch (syntax.kind) {
      case "number":
        return this.#number(syntax.text, typed, syntax.span);
      case "string":
        return { kind: "string", value: syntax.value, ...(typed && { type: typed }) };
      case "symbol":
        return { kind: "symbol", path: syntax.path };
      case "word":
        return wordAttribute(syntax.text);
      case "angle":
        return this.#angle(syntax.image, typed, syntax.span);
      case "type":
        return { kind: "type", type: this.type(syntax.type) };
      case "hash": {
        const attribute = this.#hashAttribute(syntax.image, syntax.span) ?? { kind: "unit" };
        return typed && attribute.kind === "opaque" ? { ...attribute, type: typed } : attribute;
      }
      case "array":
        return { kind: "array", items: syntax.items.map((item) => this.attribute(item)) };
      case "dictionary":
        return {
          kind: "dictionary",
          entries: Object.fromEntries(
            [...this.entries(syntax.entries)].map(([key, { value }]) => [key, value]),
          ),
        };
      case "location":
        return { kind: "location", location: this.location(syntax.location) };
      case "any":
        return { kind: "any" };
      case "chain":
      case "sequence":
        return { kind: syntax.kind, items: list(syntax.items) };
      case "group":
        return { kind: "group", open: syntax.open, items: list(syntax.items) };
      case "entry":
        return { kind: "entry", key: syntax.key, value: this.literal(syntax.value) };
    }
  }

  #number(text: string, type: Type | undefined, span: Span): Attribute {
    const whole = /^-?\d+$/.test(text);
    const hex = /^-?0x/.test(text);
    const expected = type ?? (whole || hex ? integer(64) : ({ kind: "float", name: "f64" } as FloatType));
    if (expected.kind === "float") {
      if (hex) return floatOfBits(BigInt(text.replace("-", "")), expected);
      const value = Number(text);
      if (Number.isFinite(expected.name === "f64" ? value : Math.fround(value)))
        return { kind: "float", value, type: expected };
      this.report(error("number-type", `${text} is too large for ${expected.name}`, { span }));
      return { kind: "unit" };
    }
    if (expected.kind === "integer" || expected.kind === "index") {
      if (whole || hex) {
        const magnitude = BigInt(text.replace("-", ""));
        return { kind: "integer", value: text.startsWith("-") ? -magnitude : magnitude, type: expected };
      }
      this.report(
        error("number-type", `${text} is no integer`, {
          span,
          hint: "give it a float type, or drop the point",
        }),
      );
    } else if (expected !== unreadable)
      this.report(error("number-type", `${text} cannot have this type`, { span }));
    return { kind: "unit" };
  }

  #angle(image: string, typed: Type | undefined, span: Span): Literal {
    const angle = image.indexOf("<");
    const head = image.slice(0, angle);
    const body = image.slice(angle + 1, -1);
    const start = span.start + angle + 1;
    switch (head) {
      case "tensor":
      case "tuple":
      case "vector":
      case "memref":
      case "complex":
        return { kind: "type", type: this.type({ kind: "spelled", image, start: span.start }) };
      case "dense_resource":
        return { kind: "resource", key: keyOf(body.trim()), ...(typed && { type: typed }) };
      case "dense":
        return this.#dense(body, start, typed, span);
      case "array":
        return this.#denseArray(body, start, span);
      case "affine_map":
      case "affine_set":
      case "sparse":
      case "strided":
      case "opaque":
        return { kind: "verbatim", text: image, ...(typed && { type: typed }) };
      default: {
        const items = this.#piece((grammar) => grammar.body, body, start) ?? [];
        return { kind: "apply", head: wordAttribute(head), items: items.map((item) => this.literal(item)) };
      }
    }
  }

  #dense(body: string, start: number, type: Type | undefined, span: Span): Attribute {
    if (type?.kind !== "tensor" && type?.kind !== "verbatim") {
      this.report(error("dense-type", "dense<…> needs a tensor type after a colon", { span }));
      return { kind: "unit" };
    }
    if (type.kind === "verbatim") return { kind: "verbatim", text: `dense<${body}>`, type };
    const items = body.trim() === "" ? [] : this.#piece((grammar) => grammar.body, body, start);
    if (!items) return { kind: "unit" };
    const value =
      items.length === 0 ? [] : denseValueOf(this.literal(withElementType(items[0]!, type.element)));
    const problem =
      items.length > 1 || value === undefined
        ? "holds something that is no number"
        : denseShapeProblem(value, type);
    if (problem !== undefined || value === undefined) {
      this.report(error("dense-shape", `dense<…> ${problem}`, { span }));
      return { kind: "unit" };
    }
    return { kind: "dense", value, type };
  }

  #denseArray(body: string, start: number, span: Span): Attribute {
    const items = this.#piece((grammar) => grammar.body, body, start) ?? [];
    const [head, ...firstValues] = items[0]?.kind === "chain" ? items[0].items : items.slice(0, 1);
    const element = head && this.literal(head);
    if (element?.kind !== "type") {
      this.report(
        error("dense-array", "array<…> starts with its element type", {
          span,
          hint: "write array<i64: 1, 2>",
        }),
      );
      return { kind: "unit" };
    }
    const values = [...firstValues, ...items.slice(1)].map((item) =>
      denseValueOf(this.literal(withElementType(item, element.type))),
    );
    if (values.every((value) => value !== undefined))
      return { kind: "denseArray", element: element.type, values };
    this.report(error("dense-array", "array<…> holds something that is no number", { span }));
    return { kind: "unit" };
  }

  /** The attribute between the brackets of `fused<…>`. */
  #fusedMetadata({ text, span }: Name): Attribute | undefined {
    const angle = text.indexOf("<") + 1;
    if (angle === 0) return undefined;
    const syntax = this.#piece((grammar) => grammar.attribute, text.slice(angle, -1), span.start + angle);
    return syntax && this.attribute(syntax);
  }

  location(syntax: LocationSyntax): Location {
    switch (syntax.kind) {
      case "name":
        return {
          kind: "name",
          name: syntax.name,
          ...(syntax.child && { child: this.location(syntax.child) }),
        };
      case "callsite":
        return {
          kind: "callsite",
          callee: this.location(syntax.callee),
          caller: this.location(syntax.caller),
        };
      case "fused": {
        const metadata = this.#fusedMetadata(syntax.head);
        return {
          kind: "fused",
          items: syntax.items.map((item) => this.location(item)),
          ...(metadata && { metadata }),
        };
      }
      case "alias": {
        const attribute = this.#hashAttribute(syntax.name.text, syntax.name.span);
        if (attribute?.kind === "location") return attribute.location;
        if (attribute)
          this.report(
            error("unknown-alias", `${syntax.name.text} is not a location`, { span: syntax.name.span }),
          );
        return { kind: "unknown" };
      }
      default:
        return syntax;
    }
  }
}

const keyOf = (text: string): string => (text.startsWith('"') ? unquote(text) : text);

const lastIndexAfter = (body: string, extents: number): number =>
  new RegExp(`^(?:\\s*(?:\\?|\\d+)\\s*x){${extents}}`).exec(body)?.[0].length ?? 0;

/** `!d.t<body>` in parts; the body starts at `bodyStart` of the file. */
function split(image: string, start: number) {
  const angle = image.indexOf("<");
  return angle === -1
    ? { name: image.slice(1), body: undefined, bodyStart: start + image.length }
    : { name: image.slice(1, angle), body: image.slice(angle + 1, -1), bodyStart: start + angle + 1 };
}

function wordAttribute(text: string): Attribute {
  if (text === "true" || text === "false") return { kind: "bool", value: text === "true" };
  if (text === "unit") return { kind: "unit" };
  const type = builtinType(text);
  return type ? { kind: "type", type } : { kind: "word", text };
}

/** Hexadecimal numbers in `dense<…>` of floats are bit patterns, as they are outside of it. */
function withElementType(syntax: AttributeSyntax, element: Type): AttributeSyntax {
  if (syntax.kind === "group" || syntax.kind === "array")
    return { ...syntax, items: syntax.items.map((item) => withElementType(item, element)) };
  if (element.kind !== "float" || syntax.kind !== "number" || !/^-?0x/.test(syntax.text)) return syntax;
  return { ...syntax, typed: { kind: "spelled", image: element.name, start: syntax.span.start } };
}
