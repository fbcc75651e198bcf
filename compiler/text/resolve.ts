import type { Registry } from "../define/dialect.ts";
import {
  type AnyOp,
  hasTrait,
  isMismatch,
  type Mismatch,
  type Slots,
  type ValueSpecs,
} from "../define/op.ts";
import { type Diagnostic, error, fail, ok, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import {
  type Alias,
  type Block,
  type BlockId,
  type Module,
  type Op,
  type OpId,
  ROOT_OP,
  type Successor,
  type ValueId,
} from "../ir/module.ts";
import { inferResults } from "./infer-results.ts";
import { expandPacks, NameTable } from "./name-table.ts";
import { parseFile } from "./parse.ts";
import { AttributeResolver, type TextOptions } from "./resolve-attributes.ts";
import { type OpParts, shapeOf } from "./resolve-forms.ts";
import { readMetadata } from "./resources.ts";
import { intoSlots } from "./segments.ts";
import type { ArgumentSyntax, FileSyntax, Name, OpSyntax, RegionSyntax } from "./syntax.ts";
import { unreadable } from "./unreadable.ts";

/** Text to module. All errors of the file are reported; syntax comes from the grammar, meaning from the declarations. */
export function parseModule(
  text: string,
  file: string,
  registry: Registry,
  options: TextOptions = { allowUnregistered: false },
): Result<Module> {
  const { syntax, diagnostics, dropped } = parseFile(text, file);
  const resolver = new ModuleResolver(registry, file, options, dropped);
  const module = resolver.resolve(syntax);
  const all = [...diagnostics, ...resolver.diagnostics].toSorted(
    (a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0),
  );
  return all.some(({ severity }) => severity === "error") ? fail(...all) : ok(module);
}

class ModuleResolver {
  readonly #registry: Registry;
  readonly #attributes: AttributeResolver;
  readonly #options: TextOptions;
  readonly #file: string;
  readonly #ops: Record<OpId, Op> = {};
  readonly #blocks: Record<BlockId, Block> = {};
  readonly #names: NameTable;
  #nextOp = 0;

  constructor(registry: Registry, file: string, options: TextOptions, dropped: ReadonlySet<string>) {
    this.#registry = registry;
    this.#file = file;
    this.#options = options;
    this.#attributes = new AttributeResolver(registry, file, options);
    this.#names = new NameTable(this.#attributes, dropped);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#attributes.diagnostics;
  }

  resolve({ aliases, ops, metadata }: FileSyntax): Module {
    const named = aliases.flatMap((alias): Alias[] => {
      const target = this.#attributes.addAlias(alias);
      return target ? [{ name: alias.name.text, target }] : [];
    });
    const root = this.#root(ops);
    this.#names.checkStatedTypes();
    const read = readMetadata(metadata);
    for (const diagnostic of read.diagnostics) this.#attributes.report(diagnostic);
    return {
      ops: this.#ops,
      values: this.#names.values,
      blocks: this.#blocks,
      root,
      aliases: named,
      resources: read.resources,
      metadata: read.metadata,
      next: { ...this.#names.next, op: this.#nextOp },
    };
  }

  /** A file that is one module is that module; otherwise its ops stand in a nameless one. */
  #root(ops: readonly OpSyntax[]): OpId {
    const [only] = ops;
    const isRoot = only !== undefined && ops.length === 1 && this.#definitionOf(only)?.name === ROOT_OP;
    if (isRoot) {
      const id = this.#op(only);
      if (id !== undefined) return id;
    }
    const id = this.#nextOp++ as OpId;
    const region = this.#region([{ label: undefined, arguments: [], ops: isRoot ? [] : ops }], true, []);
    this.#ops[id] = {
      id,
      name: ROOT_OP,
      operands: {},
      attributes: { sym_name: undefined },
      results: {},
      regions: [region],
      successors: [],
      extra: {},
      location: undefined,
      span: { file: this.#file, start: 0, end: 0 },
    };
    return id;
  }

  #definitionOf({ body: { form }, name }: OpSyntax): AnyOp | undefined {
    return form === "generic" ? this.#registry.op(name.text) : this.#registry.keyword(name.text);
  }

  #op(syntax: OpSyntax): OpId | undefined {
    const definition = this.#definitionOf(syntax);
    if (!definition && !this.#acceptsUnknown(syntax)) {
      for (const { name } of syntax.results) this.#names.define(name, unreadable, undefined);
      return undefined;
    }
    const before = this.diagnostics.length;
    const id = this.#nextOp++ as OpId;
    const parts = shapeOf(syntax, definition, this.#attributes);
    if (!parts) {
      for (const { name } of syntax.results) this.#names.define(name, unreadable, undefined);
      return undefined;
    }
    const operands = this.#operands(parts, definition, syntax);
    const successors = parts.successors.map(
      ({ label, arguments: values }): Successor => ({
        block: this.#names.label(label),
        arguments: values.map((value) => this.#names.use(value)),
      }),
    );
    const isolated = definition ? hasTrait(definition, "isolated") : false;
    const regions = parts.regions.map((region) => this.#region(region, isolated, parts.entryArguments));
    const results = this.#results(parts, definition, syntax, id, operands);
    if (this.diagnostics.length > before && (!operands || !results)) return undefined;
    this.#ops[id] = {
      id,
      name: definition?.name ?? syntax.name.text,
      operands: operands ?? {},
      attributes: parts.attributes,
      results: results ?? {},
      regions,
      successors,
      extra: parts.extra,
      location: syntax.location && this.#attributes.location(syntax.location),
      span: syntax.span,
    };
    return id;
  }

  #acceptsUnknown({ body: { form }, name }: OpSyntax): boolean {
    const dialect = name.text.split(".")[0];
    const known = this.#registry.dialects.some((candidate) => candidate.name === dialect);
    if (!known && this.#options.allowUnregistered && form === "generic") return true;
    const message = known
      ? `dialect ${dialect} has no op ${name.text}`
      : `no registered dialect defines ${name.text}`;
    const suggestion = didYouMean(
      name.text,
      this.#registry.opNames.filter((op) => !known || op.startsWith(`${dialect}.`)),
    );
    const hint =
      known || !this.#options.allowUnregistered
        ? suggestion
        : "ops of unknown dialects must be written in generic form";
    this.#attributes.report(error("unknown-op", message, { span: name.span, hint }));
    return false;
  }

  #operands(
    parts: OpParts,
    definition: AnyOp | undefined,
    { span }: OpSyntax,
  ): Slots<ValueSpecs, ValueId> | undefined {
    const values = (names: readonly Name[]) => names.map((name) => this.#names.use(name));
    if ("slots" in parts.operands) {
      const slots: Record<string, ValueId | readonly ValueId[] | undefined> = {};
      for (const name in parts.operands.slots) {
        const slot = parts.operands.slots[name];
        slots[name] = slot === undefined ? undefined : "text" in slot ? this.#names.use(slot) : values(slot);
      }
      return slots;
    }
    const flat = values(parts.operands.flat);
    for (const [i, type] of (parts.operands.types ?? []).entries()) {
      const value = flat[i];
      if (value !== undefined) this.#names.state({ value, type, span: parts.operands.flat[i]!.span });
    }
    if (parts.operands.types && parts.operands.types.length !== flat.length)
      this.#attributes.report(
        error("operand-count", `${flat.length} operands have ${parts.operands.types.length} types`, { span }),
      );
    if (!definition) return { operands: flat };
    return this.#slots(
      intoSlots(definition.spec.operands, flat, parts.operandSegments, "operand"),
      definition,
      span,
    );
  }

  #slots<T>(
    slots: Record<string, T> | Mismatch,
    definition: AnyOp,
    span: Span,
  ): Record<string, T> | undefined {
    if (!isMismatch(slots)) return slots;
    const { blames: _, message, ...rest } = slots;
    return this.#attributes.report({
      severity: "error",
      ...rest,
      message: `${definition.name}: ${message}`,
      span,
    });
  }

  #results(
    parts: OpParts,
    definition: AnyOp | undefined,
    { results, span, name }: OpSyntax,
    id: OpId,
    operands: Slots<ValueSpecs, ValueId> | undefined,
  ): Slots<ValueSpecs, ValueId> | undefined {
    const names = expandPacks(results);
    const inferred =
      parts.types ??
      (operands && definition && inferResults(definition, operands, parts.attributes, this.#names.values));
    const types = isMismatch(inferred) ? undefined : (inferred ?? undefined);
    const unnamed = names.length === 0 ? (types ?? []) : [];
    const values = [
      ...names.map((each, i) => this.#names.define(each, types?.[i] ?? unreadable, id)),
      ...unnamed.map((type) => this.#names.unnamed(type, id)),
    ];
    if (inferred === null) return undefined;
    if (isMismatch(inferred)) {
      this.#attributes.reportMismatch(inferred, span);
      return undefined;
    }
    if (!types) {
      this.#attributes.report(
        error("result-count", `${name.text} needs its result types after a colon`, { span }),
      );
      return undefined;
    }
    if (types.length !== values.length) {
      this.#attributes.report(
        error(
          "result-count",
          `${name.text} has ${types.length} result types, but ${names.length} results are named`,
          { span },
        ),
      );
      return undefined;
    }
    if (!definition) return { results: values };
    return this.#slots(
      intoSlots(definition.spec.results, values, parts.resultSegments, "result"),
      definition,
      span,
    );
  }

  #region(
    region: RegionSyntax,
    isolated: boolean,
    entryArguments: readonly ArgumentSyntax[],
  ): readonly BlockId[] {
    const outer = this.#names.enter(isolated);
    const ids = region.map(({ label }) => this.#names.block(label));
    for (const [i, { arguments: list, ops, label }] of region.entries()) {
      const id = ids[i]!;
      const parameters = i === 0 && entryArguments.length > 0 ? entryArguments : list;
      const values = parameters.map(({ name, type }) =>
        this.#names.argument(name, this.#attributes.type(type)),
      );
      const children = ops.flatMap((op) => this.#op(op) ?? []);
      this.#blocks[id] = {
        id,
        arguments: values,
        ops: children,
        ...(label && { name: label.text.slice(1) }),
      };
    }
    this.#names.leave(outer, isolated);
    return ids;
  }
}
