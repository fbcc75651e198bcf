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
  type Value,
  type ValueId,
} from "../ir/module.ts";
import { same, type Type } from "../ir/types.ts";
import { parseFile } from "./parse.ts";
import { AttributeResolver, type TextOptions, unreadable } from "./resolve-attributes.ts";
import { type OpParts, shapeOf } from "./resolve-forms.ts";
import { readMetadata } from "./resources.ts";
import { Scope } from "./scope.ts";
import { intoSlots } from "./segments.ts";
import type { ArgumentSyntax, FileSyntax, Name, OpSyntax, RegionSyntax } from "./syntax.ts";

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

/** Labels of the blocks of one region; a label may be used before its block stands. */
type Labels = Map<string, { readonly id: BlockId; defined: boolean; readonly use: Span }>;

class ModuleResolver {
  readonly #registry: Registry;
  readonly #attributes: AttributeResolver;
  readonly #dropped: ReadonlySet<string>;
  readonly #options: TextOptions;
  readonly #file: string;
  readonly #ops: Record<OpId, Op> = {};
  readonly #values: Record<ValueId, Value> = {};
  readonly #blocks: Record<BlockId, Block> = {};
  /** Operand types as a generic op states them, checked once every value has its type. */
  readonly #stated: { readonly value: ValueId; readonly type: Type; readonly span: Span }[] = [];
  #next = { op: 0, value: 0, block: 0 };
  #scope = new Scope();
  #labels: Labels = new Map();

  constructor(registry: Registry, file: string, options: TextOptions, dropped: ReadonlySet<string>) {
    this.#registry = registry;
    this.#file = file;
    this.#options = options;
    this.#dropped = dropped;
    this.#attributes = new AttributeResolver(registry, file, options);
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
    this.#checkStatedTypes();
    const read = readMetadata(metadata);
    for (const diagnostic of read.diagnostics) this.#attributes.report(diagnostic);
    return {
      ops: this.#ops,
      values: this.#values,
      blocks: this.#blocks,
      root,
      aliases: named,
      resources: read.resources,
      metadata: read.metadata,
      next: this.#next,
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
    const id = this.#next.op++ as OpId;
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

  #definitionOf({ form, name }: OpSyntax): AnyOp | undefined {
    return form === "generic" ? this.#registry.op(name.text) : this.#registry.keyword(name.text);
  }

  #op(syntax: OpSyntax): OpId | undefined {
    const definition = this.#definitionOf(syntax);
    if (!definition && !this.#acceptsUnknown(syntax)) {
      for (const { name } of syntax.results) this.#define(name, unreadable, undefined);
      return undefined;
    }
    const before = this.diagnostics.length;
    const id = this.#next.op++ as OpId;
    const parts = shapeOf(syntax, definition, this.#attributes);
    if (!parts) {
      for (const { name } of syntax.results) this.#define(name, unreadable, undefined);
      return undefined;
    }
    const operands = this.#operands(parts, definition, syntax);
    const successors = parts.successors.map(
      ({ label, arguments: values }): Successor => ({
        block: this.#label(label),
        arguments: values.map((value) => this.#use(value)),
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

  #acceptsUnknown({ form, name }: OpSyntax): boolean {
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
    const values = (names: readonly Name[]) => names.map((name) => this.#use(name));
    if ("slots" in parts.operands) {
      const slots = Object.entries(parts.operands.slots).map(([name, slot]) => [
        name,
        slot === undefined ? undefined : "text" in slot ? this.#use(slot) : values(slot),
      ]);
      return Object.fromEntries(slots);
    }
    const flat = values(parts.operands.flat);
    for (const [i, type] of (parts.operands.types ?? []).entries()) {
      const value = flat[i];
      if (value !== undefined) this.#stated.push({ value, type, span: parts.operands.flat[i]!.span });
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
    const names = results.flatMap(({ name: { text, span }, count }): Name[] =>
      count === undefined
        ? [{ text, span }]
        : Array.from({ length: Math.min(count, 1000) }, (_, i) => ({ text: `${text}#${i}`, span })),
    );
    const types = parts.types ?? (operands && this.#inferred(definition, parts, operands));
    const values = names.map((each, i) => this.#define(each, types?.[i] ?? unreadable, id));
    if (!types) {
      this.#attributes.report(
        error("result-count", `${name.text} needs its result types after a colon`, { span }),
      );
      return undefined;
    }
    if (types.length !== names.length) {
      const missing = names.length === 0 && types.length > 0;
      this.#attributes.report(
        error(
          "result-count",
          `${name.text} has ${types.length} result types, but ${names.length} results are named`,
          {
            span,
            ...(missing && { hint: `name the result: %name = ${name.text}…` }),
          },
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

  /** Result types may be left out in pretty form where the declaration can tell them. */
  #inferred(
    definition: AnyOp | undefined,
    parts: OpParts,
    operands: Slots<ValueSpecs, ValueId>,
  ): readonly Type[] | undefined {
    if (!definition) return undefined;
    if (Object.keys(definition.spec.results).length === 0) return [];
    const typeOf = (value: ValueId) => this.#values[value]?.type;
    const types = Object.entries(operands).map(([name, slot]) => [
      name,
      Array.isArray(slot) ? slot.map(typeOf) : slot === undefined ? undefined : typeOf(slot as ValueId),
    ]);
    if (types.some(([, type]) => type === unreadable) || !definition.spec.infer) return undefined;
    if (
      types.some(
        ([name, type]) =>
          type === undefined && definition.spec.operands[name as string]?.arity !== "optional",
      )
    )
      return undefined;
    const inferred = definition.spec.infer(Object.fromEntries(types), parts.attributes);
    return isMismatch(inferred) ? undefined : (Object.values(inferred).flat() as Type[]);
  }

  #region(
    region: RegionSyntax,
    isolated: boolean,
    entryArguments: readonly ArgumentSyntax[],
  ): readonly BlockId[] {
    const outer = { scope: this.#scope, labels: this.#labels };
    this.#scope = new Scope(isolated ? undefined : outer.scope);
    this.#labels = new Map();
    const ids = region.map(({ label }) =>
      label ? this.#label(label, true) : (this.#next.block++ as BlockId),
    );
    const blocks = region.map(
      (
        { arguments: list, ops, label },
        i,
      ): readonly [readonly ArgumentSyntax[], readonly OpSyntax[], Name | undefined] => [
        i === 0 && entryArguments.length > 0 ? entryArguments : list,
        ops,
        label,
      ],
    );
    for (const [i, [list, ops, label]] of blocks.entries()) {
      const id = ids[i]!;
      const argumentIds = list.map((argument) => this.#argument(argument));
      const children: OpId[] = [];
      for (const op of ops) {
        const child = this.#op(op);
        if (child !== undefined) children.push(child);
      }
      this.#blocks[id] = {
        id,
        arguments: argumentIds,
        ops: children,
        ...(label && { name: label.text.slice(1) }),
      };
    }
    for (const [text, { defined, use }] of this.#labels)
      if (!defined)
        this.#attributes.report(
          error("undefined-block", `block ${text} is not defined in this region`, { span: use }),
        );
    if (isolated)
      for (const diagnostic of this.#scope.undefinedNames(this.#dropped)) this.#attributes.report(diagnostic);
    this.#scope = outer.scope;
    this.#labels = outer.labels;
    return ids;
  }

  #argument({ name, type }: ArgumentSyntax): ValueId {
    const resolved = this.#attributes.type(type);
    if (name) return this.#define(name, resolved, undefined);
    const id = this.#next.value++ as ValueId;
    this.#values[id] = { id, type: resolved, definedBy: undefined };
    return id;
  }

  #label(name: Name, defines = false): BlockId {
    const known = this.#labels.get(name.text);
    if (known) {
      if (defines && known.defined)
        this.#attributes.report(
          error("redefined-block", `block ${name.text} is already defined`, { span: name.span }),
        );
      known.defined ||= defines;
      return known.id;
    }
    const id = this.#next.block++ as BlockId;
    this.#labels.set(name.text, { id, defined: defines, use: name.span });
    return id;
  }

  #use(name: Name): ValueId {
    return this.#scope.use(name, () => this.#next.value++ as ValueId);
  }

  #define(name: Name, type: Type, definedBy: OpId | undefined): ValueId {
    const earlier = this.#scope.find(name.text);
    if (earlier !== undefined)
      this.#attributes.report(
        error("redefined-value", `${name.text} is already defined`, {
          span: name.span,
          notes: [{ message: "first defined here", span: this.#values[earlier]?.span }],
        }),
      );
    const id = this.#scope.define(name.text, () => this.#next.value++ as ValueId);
    const text = name.text.slice(1).replace("#", "_");
    this.#values[id] = { id, type, definedBy, span: name.span, ...(!/^\d/.test(text) && { name: text }) };
    return id;
  }

  #checkStatedTypes(): void {
    for (const { value, type, span } of this.#stated) {
      const actual = this.#values[value];
      if (!actual || actual.type === unreadable || type === unreadable || same(actual.type, type)) continue;
      this.#attributes.report(
        error("operand-type", "the operand's type is not the one stated here", {
          span,
          notes: [{ message: "it is defined here", span: actual.span }],
        }),
      );
    }
  }
}
