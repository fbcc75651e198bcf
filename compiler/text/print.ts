import type { Registry } from "../define/dialect.ts";
import { type AnyOp, hasTrait } from "../define/op.ts";
import type { Attribute } from "../ir/attributes.ts";
import {
  attributesOf,
  type Block,
  blockAt,
  type Module,
  type Op,
  type OpId,
  opAt,
  operandsOf,
  ROOT_OP,
  resultsOf,
  type Slot,
  topLevel,
  typeOf,
  type ValueId,
} from "../ir/module.ts";
import { type FunctionType, same, type Type } from "../ir/types.ts";
import { AttributePrinter, type PrintForm, printSymbol } from "./print-attributes.ts";
import { PrintedNames, type PrintedParts } from "./printed-names.ts";
import { quote } from "./quote.ts";
import { printMetadata } from "./resources.ts";
import { segmentSizes, sizesAttribute } from "./segments.ts";

/**
 * Canonical text: what it prints reads back as the same module, and prints the same again. Values
 * keep the names they were written with, so a golden file changes only where the program does.
 */
export function printModule(module: Module, registry: Registry, form: PrintForm = "pretty"): string {
  const printer = new ModulePrinter(module, registry, form);
  const body = printer.file();
  const metadata = printMetadata(module, quote);
  const aliases = printer.aliasLines();
  return [aliases, body, metadata].filter((part) => part !== "").join("\n");
}

/** What the pretty text of a module shows of its parts. */
export function printParts(module: Module, registry: Registry): PrintedParts {
  const printer = new ModulePrinter(module, registry, "pretty");
  printer.file();
  return printer.parts;
}

class ModulePrinter {
  readonly #ops = new Map<OpId, string>();
  readonly #module: Module;
  readonly #registry: Registry;
  readonly #form: PrintForm;
  readonly #printer: AttributePrinter;
  readonly #names: PrintedNames;
  readonly parts: PrintedParts;

  constructor(module: Module, registry: Registry, form: PrintForm) {
    this.#module = module;
    this.#registry = registry;
    this.#form = form;
    this.#printer = new AttributePrinter(registry, form, module.aliases);
    this.#names = new PrintedNames(module);
    this.parts = { ops: this.#ops, values: this.#names.given };
  }

  file(): string {
    const root = opAt(this.#module, this.#module.root);
    const plain =
      this.#form === "pretty" &&
      root.name === ROOT_OP &&
      Object.values(root.attributes).every((value) => value === undefined) &&
      Object.keys(root.extra).length === 0 &&
      root.location === undefined &&
      root.regions[0]?.length === 1;
    const ops = topLevel(this.#module);
    const [only] = ops;
    if (!plain || (ops.length === 1 && only?.name === ROOT_OP)) return `${this.#op(root, "")}\n`;
    this.#names.nameEarlyUses(root.regions[0]!.map((id) => blockAt(this.#module, id)));
    const lines = ops.map((op) => this.#op(op, ""));
    return this.#spaced(lines, ops)
      .map((line) => `${line}\n`)
      .join("");
  }

  /** Declarations of the aliases in use. An alias may be used by another, so this is asked last. */
  aliasLines(): string {
    const { aliases } = this.#module;
    const lines = aliases
      .toReversed()
      .flatMap(({ name, target }) =>
        this.#printer.used.has(name) ? [`${name} = ${this.#printer.aliasTarget(target)}\n`] : [],
      );
    return lines.toReversed().join("");
  }

  #op(op: Op, indent: string): string {
    const definition = this.#registry.op(op.name);
    const results = resultsOf(op).map((value) => this.#names.value(value));
    const left = results.length > 0 ? `${results.join(", ")} = ` : "";
    const right =
      this.#form === "generic" || !definition || hidesAttributes(op, definition)
        ? this.#generic(op, definition, indent)
        : this.#pretty(op, definition, indent);
    const location = op.location ? ` ${this.#printer.location(op.location)}` : "";
    this.#ops.set(op.id, `${left}${right}${location}`);
    return `${indent}${left}${right}${location}`;
  }

  #values(values: readonly ValueId[]): string {
    return values.map((value) => this.#names.value(value)).join(", ");
  }

  #types(values: readonly ValueId[]): readonly Type[] {
    return values.map((value) => typeOf(this.#module, value));
  }

  #generic(op: Op, definition: AnyOp | undefined, indent: string): string {
    const operands = operandsOf(op);
    const properties = definition
      ? this.#encoded(op, definition)
      : (Object.entries(op.attributes) as [string, Attribute][]);
    if (definition) {
      const operandSizes = segmentSizes(definition.spec.operands, op.operands as Record<string, Slot>);
      const resultSizes = segmentSizes(definition.spec.results, op.results as Record<string, Slot>);
      if (operandSizes) properties.push(["operandSegmentSizes", sizesAttribute(operandSizes)]);
      if (resultSizes) properties.push(["resultSegmentSizes", sizesAttribute(resultSizes)]);
    }
    const extra = Object.entries(op.extra);
    return [
      `${quote(op.name)}(${this.#values(operands)})`,
      this.#successors(op),
      properties.length > 0 ? ` <{${this.#printer.entries(properties)}}>` : "",
      this.#regions(op, definition, indent),
      extra.length > 0 ? ` {${this.#printer.entries(extra)}}` : "",
      ` : ${this.#printer.functionType(this.#types(operands), this.#types(resultsOf(op)))}`,
    ].join("");
  }

  #pretty(op: Op, definition: AnyOp, indent: string): string {
    const head = definition.spec.keyword ?? op.name;
    switch (definition.spec.form ?? "uniform") {
      case "uniform":
        return this.#uniform(op, definition, head, indent);
      case "terminator": {
        const operands = operandsOf(op);
        const types = this.#types(operands).map((type) => this.#printer.type(type));
        return operands.length === 0 ? head : `${head} ${this.#values(operands)} : ${types.join(", ")}`;
      }
      case "container": {
        const { sym_name: name } = attributesOf(op);
        const symbol = typeof name === "string" ? ` ${printSymbol([name])}` : "";
        return `${head}${symbol}${this.#clause(op, definition, ["sym_name"])} ${this.#region(op, definition, 0, indent, false)}`;
      }
      case "definition":
        return this.#definition(op, definition, head);
      case "function":
        return this.#function(op, definition, head, indent);
    }
    return head;
  }

  /** The type of the value is left out where it is the declared one. */
  #definition(op: Op, definition: AnyOp, head: string): string {
    const { sym_name: name, type, value } = attributesOf(op);
    const declared = this.#printer.type(type as Type);
    const encoded =
      value === undefined ? undefined : (definition.spec.attributes.value!.encode(value) as Attribute);
    const numbers = encoded?.kind === "resource" || encoded?.kind === "dense";
    const full = encoded === undefined ? "" : ` = ${this.#printer.attribute(encoded)}`;
    const shown = numbers && same(encoded.type, type) ? full.slice(0, -` : ${declared}`.length) : full;
    const clause = this.#clause(op, definition, ["sym_name", "type", "value"]);
    return `${head} ${printSymbol([name as string])} : ${declared}${shown}${clause}`;
  }

  #uniform(op: Op, definition: AnyOp, head: string, indent: string): string {
    const { spec } = definition;
    const attributes = attributesOf(op);
    const shown: string[] = [];
    for (const key in spec.attributes) {
      const value = attributes[key];
      if (spec.attributes[key]!.role && value !== undefined)
        shown.push(printSymbol(typeof value === "string" ? [value] : (value as string[])));
    }
    const slots = Object.values(op.operands) as Slot[];
    while (slots.length > 0 && slots.at(-1) === undefined) slots.pop();
    for (const slot of slots)
      if (slot === undefined) shown.push("none");
      else shown.push(typeof slot === "number" ? this.#names.value(slot) : `[${this.#values(slot)}]`);
    const dictionary = this.#printer.entries([
      ...this.#encoded(op, definition).filter(([key]) => !spec.attributes[key]?.role),
      ...Object.entries(op.extra),
    ]);
    const types = this.#types(resultsOf(op)).map((type) => this.#printer.type(type));
    return [
      `${head}(${shown.join(", ")})`,
      this.#successors(op),
      dictionary === "" ? "" : ` {${dictionary}}`,
      this.#regions(op, definition, indent),
      types.length > 0 ? ` : ${types.join(", ")}` : "",
    ].join("");
  }

  /** An empty line between functions, and between them and what is not one. */
  #spaced(lines: readonly string[], ops: readonly Op[]): readonly string[] {
    const isFunction = (op: Op | undefined) =>
      op !== undefined && this.#registry.op(op.name)?.spec.form === "function";
    return lines.map((line, i) =>
      i > 0 && (isFunction(ops[i]) || isFunction(ops[i - 1])) ? `\n${line}` : line,
    );
  }

  #function(op: Op, definition: AnyOp, head: string, indent: string): string {
    const attributes = attributesOf(op);
    const { inputs, results } = attributes.function_type as FunctionType;
    const { sym_visibility: visibility, arg_attrs: ofArguments, res_attrs: ofResults } = attributes;
    const entry = op.regions[0]?.[0];
    const values = entry === undefined ? [] : blockAt(this.#module, entry).arguments;
    const shown = ["sym_name", "function_type", "sym_visibility", "arg_attrs", "res_attrs"];
    return this.#names.apart(() => {
      const names = values.map((value) => `${this.#names.value(value)}: `);
      const typed = (types: readonly Type[], each: unknown, prefix: readonly string[]) =>
        types.map(
          (type, i) => `${prefix[i] ?? ""}${this.#printer.type(type)}${this.#argumentAttributes(each, i)}`,
        );
      const outputs = typed(results, ofResults, []);
      const single = results.length === 1 && results[0]!.kind !== "function" && ofResults === undefined;
      return [
        `${head}${visibility === undefined ? "" : ` ${visibility}`} ${printSymbol([attributes.sym_name as string])}`,
        `(${typed(inputs, ofArguments, names).join(", ")})`,
        results.length === 0 ? "" : single ? ` -> ${outputs[0]}` : ` -> (${outputs.join(", ")})`,
        this.#clause(op, definition, shown),
        op.regions.length > 0 ? ` ${this.#region(op, definition, 0, indent, true)}` : "",
      ].join("");
    });
  }

  #argumentAttributes(attributes: unknown, i: number): string {
    const dictionary = (attributes as readonly Attribute[] | undefined)?.[i];
    if (dictionary?.kind !== "dictionary" || Object.keys(dictionary.entries).length === 0) return "";
    return ` {${this.#printer.entries(Object.entries(dictionary.entries))}}`;
  }

  /** ` attributes {…}` for what the form does not show. */
  #clause(op: Op, definition: AnyOp, shown: readonly string[]): string {
    const entries = [
      ...this.#encoded(op, definition).filter(([key]) => !shown.includes(key)),
      ...Object.entries(op.extra),
    ];
    return entries.length === 0 ? "" : ` attributes {${this.#printer.entries(entries)}}`;
  }

  #encoded(op: Op, { spec }: AnyOp): [string, Attribute][] {
    const entries: [string, Attribute][] = [];
    for (const key in spec.attributes) {
      const schema = spec.attributes[key]!;
      const value = attributesOf(op)[key];
      const usual = schema.fallback && (value === undefined || same(value, schema.fallback.value));
      if (!usual) entries.push([key, schema.encode(value) as Attribute]);
    }
    return entries;
  }

  #successors({ successors }: Op): string {
    if (successors.length === 0) return "";
    const texts = successors.map(({ block, arguments: values }) => {
      const types = this.#types(values).map((type) => this.#printer.type(type));
      return `${this.#names.label(block)}${values.length > 0 ? `(${this.#values(values)} : ${types.join(", ")})` : ""}`;
    });
    return `[${texts.join(", ")}]`;
  }

  #regions(op: Op, definition: AnyOp | undefined, indent: string): string {
    // A declaration is a function without body, which generic form writes as an empty region.
    if (op.regions.length === 0) return definition?.spec.form === "function" ? ` ({\n${indent}})` : "";
    return ` (${op.regions.map((_, i) => this.#region(op, definition, i, indent, false)).join(", ")})`;
  }

  #region(op: Op, definition: AnyOp | undefined, i: number, indent: string, named: boolean): string {
    const blocks = op.regions[i]!.map((id) => blockAt(this.#module, id));
    const isolated = definition !== undefined && hasTrait(definition, "isolated");
    return this.#names.within(blocks, named ? "named" : isolated ? "isolated" : "nested", () => {
      const lines = blocks.flatMap((block, place) => this.#block(block, place === 0, named, indent));
      return `{\n${lines.map((line) => `${line}\n`).join("")}${indent}}`;
    });
  }

  #block(block: Block, first: boolean, headHasArguments: boolean, indent: string): string[] {
    const shown = !first || (!headHasArguments && (block.arguments.length > 0 || block.name !== undefined));
    const types = this.#types(block.arguments);
    const list = block.arguments.map(
      (value, i) => `${this.#names.value(value)}: ${this.#printer.type(types[i]!)}`,
    );
    const label = `${indent}${this.#names.label(block.id)}${list.length > 0 ? `(${list.join(", ")})` : ""}:`;
    const ops = block.ops.map((id) => opAt(this.#module, id));
    const lines = ops.map((op) => this.#op(op, `${indent}  `));
    return [...(shown ? [label] : []), ...this.#spaced(lines, ops)];
  }
}

/** Whether the pretty form has no place for what the op says. */
const hidesAttributes = (op: Op, { spec }: AnyOp): boolean =>
  spec.form === "terminator" && Object.keys(op.extra).length > 0;
