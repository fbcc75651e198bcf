import type { Registry } from "../define/dialect.ts";
import { isMismatch, type Mismatch } from "../define/op.ts";
import type { AnyParametric } from "../define/type.ts";
import { type Diagnostic, error, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute, Literal, Location } from "../ir/attributes.ts";
import { builtinType, type DialectType, type OpaqueType, type Type } from "../ir/types.ts";
import { isAttribute } from "../schema/schema.ts";
import { decodeParameters } from "./parametric.ts";
import { parsePiece } from "./parse.ts";
import { resolveLocation } from "./resolve-location.ts";
import { resolveDense, resolveDenseArray, resolveNumber } from "./resolve-numbers.ts";
import { resolveTensor } from "./resolve-tensor.ts";
import type { AliasSyntax, AttributeSyntax, EntrySyntax, LocationSyntax, TypeSyntax } from "./syntax.ts";
import { unreadable } from "./unreadable.ts";
import { splitSpelling, unregistered } from "./unregistered.ts";
import { resourceKey, wordAttribute } from "./words.ts";

const commonTypes = ["tensor", "index", "f32", "f16", "bf16", "f64", "i1", "i8", "i32", "i64", "none"];

export interface TextOptions {
  readonly allowUnregistered: boolean;
}

/** Attributes by name, with the places of value and name. */
export type Entries = Map<string, { readonly value: Attribute; readonly span: Span; readonly key?: Span }>;

/** Gives spelled types, attributes and locations their meaning. Each spelling is read once per file. */
export class AttributeResolver {
  readonly diagnostics: Diagnostic[] = [];
  readonly registry: Registry;
  readonly #file: string;
  readonly #options: TextOptions;
  readonly #types = new Map<string, Type>();
  readonly #typeAliases = new Map<string, Type>();
  readonly #attributeAliases = new Map<string, Attribute>();

  constructor(registry: Registry, file: string, options: TextOptions) {
    this.registry = registry;
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
    if (image.startsWith("!")) return this.#bang(image, span);
    const angle = image.indexOf("<");
    if (angle === -1) return builtinType(image) ?? this.#unknownWord(image, span);
    const head = image.slice(0, angle);
    const body = image.slice(angle + 1, -1);
    switch (head) {
      case "tensor":
        return resolveTensor(body, start + angle + 1, span, this);
      case "tuple": {
        const items = this.piece((grammar) => grammar.typesRule, body, start + angle + 1);
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
        hint: didYouMean(word, commonTypes),
      }),
    );
  }

  /** `!alias` or `!dialect.name<…>`. */
  #bang(image: string, span: Span): Type | undefined {
    return this.#typeAliases.get(image) ?? this.#ofDialect("type", image, span, this.#typeAliases);
  }

  /** `#alias` or `#dialect.name<…>`. */
  hash(image: string, span: Span): Attribute | undefined {
    return (
      this.#attributeAliases.get(image) ?? this.#ofDialect("attribute", image, span, this.#attributeAliases)
    );
  }

  /** A type or attribute of a dialect, or an alias nobody defined. */
  #ofDialect(
    sort: "type" | "attribute",
    image: string,
    span: Span,
    aliases: ReadonlyMap<string, unknown>,
  ): DialectType | OpaqueType | undefined {
    const { name, body, bodyStart } = splitSpelling(image, span.start);
    if (!name.includes(".") && body === undefined)
      return this.report(
        error("unknown-alias", `${image} is not defined before this place`, {
          span,
          hint: didYouMean(image, [...aliases.keys()]),
        }),
      );
    const definition = sort === "type" ? this.registry.type(name) : this.registry.attribute(name);
    if (!definition) {
      this.#refuseUnregistered(sort, name, span);
      return { kind: "opaque", name, ...(body !== undefined && { body }) };
    }
    const parameters = this.#parameters(definition, body ?? "", bodyStart, span);
    return parameters && { kind: "dialect", name, parameters };
  }

  #refuseUnregistered(sort: "type" | "attribute", name: string, span: Span): void {
    const problem = unregistered(sort, name, this.registry, this.#options.allowUnregistered);
    if (problem) this.report({ ...problem, span });
  }

  #parameters(
    definition: AnyParametric,
    body: string,
    start: number,
    span: Span,
  ): Readonly<Record<string, unknown>> | undefined {
    const items = this.piece((grammar) => grammar.body, body, start);
    if (!items) return undefined;
    const before = this.diagnostics.length;
    const literals = items.map((item) => this.literal(item));
    if (this.diagnostics.length > before) return undefined;
    const parameters = decodeParameters(definition, literals);
    const problems = isMismatch(parameters) ? [parameters] : (definition.verify?.(parameters) ?? []);
    for (const problem of problems) this.reportMismatch(problem, span);
    return problems.length > 0 || isMismatch(parameters) ? undefined : parameters;
  }

  reportMismatch({ blames: _, ...problem }: Mismatch, span: Span): void {
    this.report({ severity: "error", span, ...problem });
  }

  /** Reads a part of the text whose rule is known; reports what is wrong with it. */
  piece<T>(rule: Parameters<typeof parsePiece<T>>[0], text: string, base: number): T | undefined {
    const parsed = parsePiece(rule, text, this.#file, base);
    if (parsed.ok) return parsed.value;
    for (const diagnostic of parsed.diagnostics) this.report(diagnostic);
    return undefined;
  }

  #span(start: number, length: number): Span {
    return { file: this.#file, start, end: start + length };
  }

  entries(list: readonly EntrySyntax[]): Entries {
    const entries: Entries = new Map();
    for (const { key, value } of list) {
      if (entries.has(key.text))
        this.report(error("duplicate-attribute", `${key.text} is given twice`, { span: key.span }));
      entries.set(key.text, {
        value: value ? this.attribute(value) : { kind: "unit" },
        span: value?.span ?? key.span,
        key: key.span,
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
        return resolveNumber(syntax.text, typed, syntax.span, this);
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
        const attribute = this.hash(syntax.image, syntax.span) ?? { kind: "unit" };
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
        return { kind: "resource", key: resourceKey(body.trim()), ...(typed && { type: typed }) };
      case "dense":
        return resolveDense(body, { start, span }, typed, this);
      case "array":
        return resolveDenseArray(body, { start, span }, this);
      case "affine_map":
      case "affine_set":
      case "sparse":
      case "strided":
      case "opaque":
        return { kind: "verbatim", text: image, ...(typed && { type: typed }) };
      default: {
        const items = this.piece((grammar) => grammar.body, body, start) ?? [];
        return { kind: "apply", head: wordAttribute(head), items: items.map((item) => this.literal(item)) };
      }
    }
  }

  location(syntax: LocationSyntax): Location {
    return resolveLocation(syntax, this);
  }
}
