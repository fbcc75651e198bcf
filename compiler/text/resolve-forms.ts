import type { AnyOp } from "../define/op.ts";
import { error, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute } from "../ir/attributes.ts";
import type { Type } from "../ir/types.ts";
import type { AttributeResolver } from "./resolve-attributes.ts";
import type { ArgumentSyntax, Name, OpSyntax, RegionSyntax, SuccessorSyntax } from "./syntax.ts";

/** The parts of an op, whatever form it was written in. */
export interface OpParts {
  readonly operands:
    | { readonly flat: readonly Name[]; readonly types?: readonly Type[] }
    | { readonly slots: Readonly<Record<string, Name | readonly Name[] | undefined>> };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly extra: Readonly<Record<string, Attribute>>;
  /** Result types, where the text gives them. */
  readonly types: readonly Type[] | undefined;
  readonly regions: readonly RegionSyntax[];
  readonly successors: readonly SuccessorSyntax[];
  /** Arguments of the entry block, where the form writes them in the op's head. */
  readonly entryArguments: readonly ArgumentSyntax[];
  readonly operandSegments?: readonly number[];
  readonly resultSegments?: readonly number[];
}

type Entries = Map<string, { readonly value: Attribute; readonly span: Span }>;

/** Brings any of the written forms to parts; undefined after an error was reported. */
export function shapeOf(
  syntax: OpSyntax,
  definition: AnyOp | undefined,
  resolver: AttributeResolver,
): OpParts | undefined {
  const form = definition?.spec.form ?? "uniform";
  if (
    syntax.form !== "generic" &&
    syntax.form !== form &&
    !(syntax.form === "terminator" && form === "container")
  )
    return resolver.report(
      error("op-form", `${syntax.name.text} is not written this way`, {
        span: syntax.span,
        hint: `write it as ${definition ? example(definition) : "a generic op"}`,
      }),
    );
  const none = { regions: [], successors: [], entryArguments: [] };
  switch (syntax.form) {
    case "generic":
      return genericParts(syntax, definition, resolver);
    case "uniform": {
      const attributes = resolver.entries(syntax.attributes);
      const operands = uniformOperands(syntax, definition!, attributes, resolver);
      const decoded = decode(definition!, attributes, syntax, resolver);
      const types = syntax.types.map((type) => resolver.type(type));
      return (
        operands &&
        decoded && {
          ...none,
          ...decoded,
          operands: { slots: operands },
          types: types.length > 0 ? types : undefined,
          regions: syntax.regions,
          successors: syntax.successors,
        }
      );
    }
    case "terminator": {
      const decoded = decode(definition!, new Map(), syntax, resolver);
      const types = syntax.types.map((type) => resolver.type(type));
      return decoded && { ...none, ...decoded, operands: { flat: syntax.operands, types }, types: [] };
    }
    case "container": {
      const attributes = resolver.entries(syntax.attributes);
      if (syntax.symbol)
        attributes.set("sym_name", { value: resolver.attribute(syntax.symbol), span: syntax.symbol.span });
      const decoded = decode(definition!, attributes, syntax, resolver);
      return decoded && { ...none, ...decoded, operands: { flat: [] }, types: [], regions: [syntax.region] };
    }
    case "function":
      return functionParts(syntax, definition!, resolver);
    case "definition": {
      const attributes = resolver.entries(syntax.attributes);
      const put = (key: string, value: Attribute, span: Span) => attributes.set(key, { value, span });
      const type = resolver.type(syntax.type);
      put("sym_name", resolver.attribute(syntax.symbol), syntax.symbol.span);
      put("type", { kind: "type", type }, syntax.span);
      const value = syntax.value && resolver.attribute(syntax.value);
      if (value) put("value", value.kind === "resource" ? { type, ...value } : value, syntax.value!.span);
      const decoded = decode(definition!, attributes, syntax, resolver);
      return decoded && { ...none, ...decoded, operands: { flat: [] }, types: [] };
    }
  }
}

function genericParts(
  syntax: OpSyntax & { form: "generic" },
  definition: AnyOp | undefined,
  resolver: AttributeResolver,
): OpParts | undefined {
  const properties = resolver.entries(syntax.properties);
  const attributes = resolver.entries(syntax.attributes);
  const common = {
    operands: { flat: syntax.operands, types: syntax.inputs.map((type) => resolver.type(type)) },
    types: syntax.outputs.map((type) => resolver.type(type)),
    regions: syntax.regions,
    successors: syntax.successors,
    entryArguments: [],
  };
  if (!definition) return { ...common, attributes: raw(properties), extra: raw(attributes) };
  const all: Entries = new Map([...attributes, ...properties]);
  const operandSegments = segments(all, "operandSegmentSizes");
  const resultSegments = segments(all, "resultSegmentSizes");
  const decoded = decode(definition, all, syntax, resolver);
  return (
    decoded && {
      ...common,
      ...decoded,
      ...(operandSegments && { operandSegments }),
      ...(resultSegments && { resultSegments }),
    }
  );
}

const raw = (entries: Entries): Record<string, Attribute> =>
  Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));

function segments(entries: Entries, key: string): readonly number[] | undefined {
  const entry = entries.get(key);
  if (entry?.value.kind !== "denseArray") return undefined;
  entries.delete(key);
  return entry.value.values.map(Number);
}

function functionParts(
  syntax: OpSyntax & { form: "function" },
  definition: AnyOp,
  resolver: AttributeResolver,
): OpParts | undefined {
  const attributes = resolver.entries(syntax.attributes);
  const span = syntax.span;
  const typesOf = (list: readonly ArgumentSyntax[]) => list.map(({ type }) => resolver.type(type));
  const type: Type = {
    kind: "function",
    inputs: typesOf(syntax.arguments),
    results: typesOf(syntax.outputs),
  };
  attributes.set("sym_name", { value: resolver.attribute(syntax.symbol), span: syntax.symbol.span });
  attributes.set("function_type", { value: { kind: "type", type }, span });
  if (syntax.visibility !== undefined)
    attributes.set("sym_visibility", { value: { kind: "string", value: syntax.visibility }, span });
  argumentAttributes(attributes, "arg_attrs", syntax.arguments, span, resolver);
  argumentAttributes(attributes, "res_attrs", syntax.outputs, span, resolver);
  const nameless = syntax.arguments.some(({ name }) => !name);
  if (syntax.region && nameless)
    return resolver.report(
      error("argument-name", `the arguments of ${definition.name} need names, as it has a body`, {
        span: syntax.symbol.span,
      }),
    );
  const decoded = decode(definition, attributes, syntax, resolver);
  return (
    decoded && {
      ...decoded,
      operands: { flat: [] },
      types: [],
      regions: syntax.region ? [syntax.region] : [],
      successors: [],
      entryArguments: syntax.region ? syntax.arguments : [],
    }
  );
}

function argumentAttributes(
  attributes: Entries,
  key: string,
  list: readonly ArgumentSyntax[],
  span: Span,
  resolver: AttributeResolver,
): void {
  if (list.every((argument) => argument.attributes.length === 0)) return;
  const items = list.map(
    (argument): Attribute => ({
      kind: "dictionary",
      entries: raw(resolver.entries(argument.attributes)),
    }),
  );
  attributes.set(key, { value: { kind: "array", items }, span });
}

/** Fills operand slots from the parenthesised list; symbols in it become attributes. */
function uniformOperands(
  syntax: OpSyntax & { form: "uniform" },
  definition: AnyOp,
  attributes: Entries,
  resolver: AttributeResolver,
): Record<string, Name | readonly Name[] | undefined> | undefined {
  const { spec, name } = definition;
  const symbols = Object.entries(spec.attributes).filter(([, { role }]) => role !== undefined);
  const specs = Object.entries(spec.operands);
  const written = syntax.operands.filter(({ kind }) => kind !== "symbol");
  const writtenSymbols = syntax.operands.flatMap((operand) =>
    operand.kind === "symbol" ? [operand.attribute] : [],
  );
  const report = (message: string) =>
    resolver.report(
      error("operand-count", message, { span: syntax.span, hint: `write it as ${example(definition)}` }),
    );
  if (writtenSymbols.length > symbols.length)
    return report(`${name} takes ${symbols.length} symbols, found ${writtenSymbols.length}`);
  for (const [i, symbol] of writtenSymbols.entries())
    attributes.set(symbols[i]![0], { value: resolver.attribute(symbol), span: symbol.span });
  if (written.length > specs.length)
    return report(`${name} takes ${specs.length} operands, found ${written.length}`);
  const slots: Record<string, Name | readonly Name[] | undefined> = {};
  for (const [i, [key, { arity }]] of specs.entries()) {
    const operand = written[i];
    if (arity === "many") {
      if (operand?.kind !== "group") return report(`${key} of ${name} is a group, written [%a, %b]`);
      slots[key] = operand.names;
    } else if (operand?.kind === "value") slots[key] = operand.name;
    else if (operand?.kind === "group") return report(`${key} of ${name} is one value, not a group`);
    else if (arity === "one") return report(`${name} needs operand ${key}`);
    else slots[key] = undefined;
  }
  return slots;
}

/** `nn.linear(%input, %weight, %bias?) {…}` */
export function example({ name, spec }: AnyOp): string {
  const symbols = Object.entries(spec.attributes).flatMap(([key, { role }]) => (role ? [`@${key}`] : []));
  const operands = Object.entries(spec.operands).map(([key, { arity }]) =>
    arity === "many" ? `[%${key}, …]` : arity === "optional" ? `%${key}?` : `%${key}`,
  );
  switch (spec.form ?? "uniform") {
    case "uniform":
      return `${spec.keyword ?? name}(${[...symbols, ...operands].join(", ")})`;
    case "container":
      return `${spec.keyword ?? name} @name attributes {…} { … }`;
    case "function":
      return `${spec.keyword ?? name} @name(%argument: type, …) -> type { … }`;
    case "terminator":
      return `${spec.keyword ?? name} %value, … : type, …`;
    case "definition":
      return `${spec.keyword ?? name} @name : type = attribute`;
  }
  return name;
}

function decode(
  definition: AnyOp,
  entries: Entries,
  { span }: OpSyntax,
  resolver: AttributeResolver,
): Pick<OpParts, "attributes" | "extra"> | undefined {
  const { name, spec } = definition;
  const attributes: Record<string, unknown> = {};
  const extra: Record<string, Attribute> = {};
  const before = resolver.diagnostics.length;
  for (const [key, { value, span: at }] of entries)
    if (!(key in spec.attributes)) {
      if (key.includes(".")) extra[key] = value;
      else
        resolver.report(
          error("unknown-attribute", `${name} has no attribute ${key}`, {
            span: at,
            hint: didYouMean(key, Object.keys(spec.attributes)),
          }),
        );
    }
  for (const [key, schema] of Object.entries(spec.attributes)) {
    const entry = entries.get(key);
    const value = entry === undefined ? schema.fallback?.value : schema.decode(entry.value);
    if (value === undefined && !(entry === undefined && schema.fallback))
      resolver.report(
        error("attribute", `${name} needs ${key}: ${schema.describe}`, { span: entry?.span ?? span }),
      );
    attributes[key] = value;
  }
  return resolver.diagnostics.length > before ? undefined : { attributes, extra };
}
