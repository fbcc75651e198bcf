import type { Registry } from "../define/dialect.ts";
import type { Attribute, DenseValue, Literal, Location } from "../ir/attributes.ts";
import type { Alias } from "../ir/module.ts";
import { DYNAMIC, type FloatType, type TensorType, type Type } from "../ir/types.ts";
import { printFloat32, printFloat64 } from "../numeric/shortest-float.ts";
import { printFloatBits } from "./float-bits.ts";
import { encodeParameters } from "./parametric.ts";
import { quote } from "./quote.ts";

/** pretty: for people. generic: what any MLIR tool reads. */
export type PrintForm = "pretty" | "generic";

const bareKey = /^[A-Za-z_][A-Za-z0-9_$.]*$/;
const bareSymbol = /^[A-Za-z_][A-Za-z0-9_$.]*$/;

export const printKey = (key: string): string => (bareKey.test(key) ? key : quote(key));
export const printSymbol = (path: readonly string[]): string =>
  path.map((part) => `@${bareSymbol.test(part) ? part : quote(part)}`).join("::");

/** Prints types, attributes and locations; uses the module's aliases outside dialect bodies. */
export class AttributePrinter {
  readonly #registry: Registry;
  readonly #form: PrintForm;
  /** Kept apart, as a type and the attribute that holds it are spelled alike. */
  readonly #typeAliases = new Map<string, string>();
  readonly #attributeAliases = new Map<string, string>();
  readonly #types = new WeakMap<Type, string>();
  /** Aliases printed so far, so that only those in use are declared. */
  readonly used = new Set<string>();

  constructor(registry: Registry, form: PrintForm, aliases: readonly Alias[]) {
    this.#registry = registry;
    this.#form = form;
    for (const { name, target } of aliases)
      ("type" in target ? this.#typeAliases : this.#attributeAliases).set(this.aliasTarget(target), name);
  }

  /** What stands after the `=` of an alias. */
  aliasTarget(target: Alias["target"]): string {
    return "type" in target
      ? this.#expandType(target.type, false)
      : this.#expandAttribute(target.attribute, false);
  }

  type(type: Type): string {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const text = this.#type(type, true);
    this.#types.set(type, text);
    return text;
  }

  #alias(aliases: ReadonlyMap<string, string>, expand: () => string): string | undefined {
    const alias = aliases.size > 0 ? aliases.get(expand()) : undefined;
    if (alias !== undefined) this.used.add(alias);
    return alias;
  }

  #type(type: Type, aliases: boolean): string {
    const alias = aliases ? this.#alias(this.#typeAliases, () => this.#expandType(type, false)) : undefined;
    return alias ?? this.#expandType(type, aliases);
  }

  #expandType(type: Type, aliases: boolean): string {
    switch (type.kind) {
      case "integer":
        return `${{ signless: "i", signed: "si", unsigned: "ui" }[type.signedness]}${type.width}`;
      case "index":
      case "none":
        return type.kind;
      case "float":
        return type.name;
      case "tensor":
        return this.#tensor(type, aliases);
      case "unranked":
        return `tensor<*x${this.#type(type.element, aliases)}>`;
      case "tuple":
        return `tuple<${type.items.map((item) => this.#type(item, aliases)).join(", ")}>`;
      case "function":
        return this.#functionType(type.inputs, type.results, aliases);
      case "verbatim":
        return type.text;
      case "opaque":
        return `!${type.name}${type.body === undefined ? "" : `<${type.body}>`}`;
      case "dialect":
        return `!${type.name}${this.#body(this.#registry.type(type.name), type.parameters)}`;
    }
  }

  #tensor({ shape, element, encoding }: TensorType, aliases: boolean): string {
    const extents = shape.map((size) => `${size === DYNAMIC ? "?" : size}x`).join("");
    const suffix = encoding ? `, ${this.#attribute(encoding, aliases)}` : "";
    return `tensor<${extents}${this.#type(element, aliases)}${suffix}>`;
  }

  /** `(T, T) -> U`; several results are parenthesised, and so is a result that is itself a function. */
  functionType(inputs: readonly Type[], results: readonly Type[]): string {
    return this.#functionType(inputs, results, true);
  }

  #functionType(inputs: readonly Type[], results: readonly Type[], aliases: boolean): string {
    const printed = (types: readonly Type[]) =>
      types.map((type) => (aliases ? this.type(type) : this.#expandType(type, false)));
    const single = results.length === 1 && results[0]!.kind !== "function";
    const right = printed(results).join(", ");
    return `(${printed(inputs).join(", ")}) -> ${single ? right : `(${right})`}`;
  }

  #body(definition: ReturnType<Registry["type"]>, parameters: Readonly<Record<string, unknown>>): string {
    const items = definition ? encodeParameters(definition, parameters) : [];
    return items.length === 0 ? "" : `<${items.map((item) => this.literal(item)).join(", ")}>`;
  }

  attribute(attribute: Attribute): string {
    return this.#attribute(attribute, true);
  }

  #attribute(attribute: Attribute, aliases: boolean): string {
    const alias = aliases
      ? this.#alias(this.#attributeAliases, () => this.#expandAttribute(attribute, false))
      : undefined;
    return alias ?? this.#expandAttribute(attribute, aliases);
  }

  #expandAttribute(attribute: Attribute, aliases: boolean): string {
    const typed = (text: string, type: Type | undefined) =>
      type ? `${text} : ${this.#type(type, aliases)}` : text;
    switch (attribute.kind) {
      case "unit":
        return "unit";
      case "bool":
        return String(attribute.value);
      case "integer": {
        const { type, value } = attribute;
        const usual = type.kind === "integer" && type.width === 64 && type.signedness === "signless";
        return usual && this.#form === "pretty" ? String(value) : typed(String(value), type);
      }
      case "float": {
        const text = printFloat(attribute.value, attribute.type, attribute.bits);
        const usual = attribute.type.name === "f64" && !text.startsWith("0x");
        return usual && this.#form === "pretty" ? text : typed(text, attribute.type);
      }
      case "string":
        return typed(quote(attribute.value), attribute.type);
      case "word":
        return this.#form === "pretty" && bareKey.test(attribute.text)
          ? attribute.text
          : quote(attribute.text);
      case "symbol":
        return printSymbol(attribute.path);
      case "type":
        return this.#type(attribute.type, aliases);
      case "array":
        return `[${attribute.items.map((item) => this.#attribute(item, aliases)).join(", ")}]`;
      case "dictionary":
        return `{${this.#entries(Object.entries(attribute.entries), aliases)}}`;
      case "denseArray":
        return `array<${this.#type(attribute.element, aliases)}${attribute.values.length > 0 ? ": " : ""}${attribute.values.map((value) => printDense(value, attribute.element)).join(", ")}>`;
      case "dense": {
        const empty = Array.isArray(attribute.value) && attribute.value.length === 0;
        return typed(
          `dense<${empty ? "" : printDense(attribute.value, attribute.type.element)}>`,
          attribute.type,
        );
      }
      case "resource":
        return typed(
          `dense_resource<${bareKey.test(attribute.key) ? attribute.key : quote(attribute.key)}>`,
          attribute.type,
        );
      case "location":
        return `loc(${this.#locationBody(attribute.location, aliases)})`;
      case "verbatim":
        return typed(attribute.text, attribute.type);
      case "opaque":
        return typed(
          `#${attribute.name}${attribute.body === undefined ? "" : `<${attribute.body}>`}`,
          attribute.type,
        );
      case "dialect":
        return `#${attribute.name}${this.#body(this.#registry.attribute(attribute.name), attribute.parameters)}`;
    }
  }

  /** `a = 1, b`: unit attributes are keys alone. */
  entries(entries: readonly (readonly [string, Attribute])[]): string {
    return this.#entries(entries, true);
  }

  #entries(entries: readonly (readonly [string, Attribute])[], aliases: boolean): string {
    return entries
      .map(([key, value]) =>
        value.kind === "unit" ? printKey(key) : `${printKey(key)} = ${this.#attribute(value, aliases)}`,
      )
      .join(", ");
  }

  /** A literal inside a dialect body: no aliases, words stay bare, integers stay untyped. */
  literal(literal: Literal): string {
    const list = (items: readonly Literal[]) => items.map((item) => this.literal(item)).join(", ");
    switch (literal.kind) {
      case "any":
        return "*";
      case "chain":
        return literal.items.map((item) => this.literal(item)).join(":");
      case "sequence":
        return literal.items.map((item) => this.literal(item)).join(" ");
      case "group":
        return `${literal.open}${list(literal.items)}${{ "(": ")", "[": "]", "{": "}", "<": ">" }[literal.open]}`;
      case "apply":
        return `${this.literal(literal.head)}<${list(literal.items)}>`;
      case "entry":
        return `${literal.key} = ${this.literal(literal.value)}`;
      case "array":
        return `[${list(literal.items)}]`;
      case "word":
        return literal.text;
      case "integer":
        return String(literal.value);
      case "float":
        return printFloat(literal.value, literal.type, literal.bits);
      case "type":
        return this.#type(literal.type, false);
      default:
        return this.#expandAttribute(literal, false);
    }
  }

  /** `loc(…)` in full. */
  location(location: Location): string {
    return `loc(${this.#locationBody(location, true)})`;
  }

  #locationBody(location: Location, aliases: boolean): string {
    const body = (part: Location) => this.#locationBody(part, aliases);
    switch (location.kind) {
      case "unknown":
        return "unknown";
      case "file":
        return `${quote(location.file)}:${location.line}:${location.column}`;
      case "name":
        return `${quote(location.name)}${location.child ? `(${body(location.child)})` : ""}`;
      case "callsite":
        return `callsite(${body(location.callee)} at ${body(location.caller)})`;
      case "fused": {
        const metadata = location.metadata ? `<${this.#attribute(location.metadata, aliases)}>` : "";
        return `fused${metadata}[${location.items.map(body).join(", ")}]`;
      }
    }
  }
}

/** The shortest decimal that reads back as the same number of its type; hexadecimal for inf and NaN. */
export function printFloat(value: number, type: FloatType, bits?: bigint): string {
  const decimal = type.name === "f64" ? printFloat64(value) : printFloat32(value);
  return decimal ?? printFloatBits(value, type, bits);
}

function printDense(value: DenseValue, element: Type): string {
  if (typeof value === "number")
    return printFloat(value, element.kind === "float" ? element : { kind: "float", name: "f64" });
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object")
    return element.kind === "float" && typeof value === "bigint"
      ? printFloat(Number(value), element)
      : String(value);
  return `[${value.map((item) => printDense(item, element)).join(", ")}]`;
}
