import type { Registry } from "../define/dialect.ts";
import { parents } from "../ir/analysis.ts";
import type { Attribute } from "../ir/attributes.ts";
import { attributesOf, type BlockId, type Module, type Op, opAt, resultsOf, typeOf } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { AttributePrinter } from "../text/print-attributes.ts";

/** One of the two modules that are compared. */
export interface Side {
  readonly module: Module;
  /** The bytes behind a resource key as text: their number and SHA-256; undefined where nobody knows. */
  digestOf(key: string): string | undefined;
}

/** One attribute as text: what is compared, and what a person reads. */
export interface Spelled {
  readonly compared: string;
  readonly shown: string;
}

/**
 * Ops of one side as text without what names alone decide: value names, the symbol an op itself defines,
 * resource keys (their bytes speak for them), aliases and locations. References to renamed symbols are
 * spelled with the new name; those inside types are not, and show as changes.
 */
export class Spelling {
  readonly #side: Side;
  readonly #registry: Registry;
  readonly #renamed: ReadonlyMap<string, string>;
  readonly #pretty: AttributePrinter;
  readonly #generic: AttributePrinter;
  readonly #known = new WeakMap<Op, ReadonlyMap<string, Spelled>>();

  constructor(side: Side, registry: Registry, renamed: ReadonlyMap<string, string> = new Map()) {
    this.#side = side;
    this.#registry = registry;
    this.#renamed = renamed;
    this.#pretty = new AttributePrinter(registry, "pretty", []);
    this.#generic = new AttributePrinter(registry, "generic", []);
  }

  type(type: Type): string {
    return this.#pretty.type(type);
  }

  resultTypes(op: Op): readonly string[] {
    return resultsOf(op).map((value) => this.type(typeOf(this.#side.module, value)));
  }

  /** Attributes, discardable ones and target blocks by key; entries of dictionaries apart, as `key.entry`. */
  entries(op: Op): ReadonlyMap<string, Spelled> {
    const known = this.#known.get(op);
    if (known) return known;
    const spec = this.#registry.op(op.name)?.spec;
    const entries = new Map<string, Spelled>();
    for (const [key, value] of Object.entries(attributesOf(op))) {
      const schema = spec?.attributes[key];
      if (value === undefined || schema?.role === "symbol-definition") continue;
      const attribute = (schema ? schema.encode(value) : value) as Attribute;
      if (spec || key !== "sym_name") this.#spell(key, attribute, entries);
    }
    for (const [key, value] of Object.entries(op.extra)) this.#spell(key, value, entries);
    for (const [i, { block }] of op.successors.entries()) {
      const target = `block ${this.#placeOf(block)}`;
      entries.set(`successor ${i}`, { compared: target, shown: target });
    }
    this.#known.set(op, entries);
    return entries;
  }

  /** Name and attributes as one text. */
  label(op: Op): string {
    const entries = [...this.entries(op)].map(([key, { compared }]) => `${key} = ${compared}`);
    return `${op.name}{${entries.toSorted().join(", ")}}`;
  }

  #spell(key: string, attribute: Attribute, entries: Map<string, Spelled>): void {
    if (attribute.kind === "dictionary" && Object.keys(attribute.entries).length > 0) {
      for (const [inner, value] of Object.entries(attribute.entries))
        this.#spell(`${key}.${inner}`, value, entries);
      return;
    }
    const bytes = attribute.kind === "resource" ? this.#side.digestOf(attribute.key) : undefined;
    const named = this.#withNewNames(attribute);
    const shown = bytes ?? this.#pretty.attribute(named);
    entries.set(key, { compared: bytes ?? this.#generic.attribute(named), shown });
  }

  /** Blocks of a region are known by their place in it. */
  #placeOf(block: BlockId): number | undefined {
    const { module } = this.#side;
    const owner = parents(module).ownerOf.get(block);
    const region =
      owner === undefined ? undefined : opAt(module, owner).regions.find((each) => each.includes(block));
    return region?.indexOf(block);
  }

  #withNewNames(attribute: Attribute): Attribute {
    if (attribute.kind === "array")
      return { ...attribute, items: attribute.items.map((item) => this.#withNewNames(item)) };
    if (attribute.kind !== "symbol") return attribute;
    const [head = "", ...rest] = attribute.path;
    return { ...attribute, path: [this.#renamed.get(head) ?? head, ...rest] };
  }
}
