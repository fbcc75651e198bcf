import type { AnyOp } from "../define/op.ts";
import { error, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Attribute } from "../ir/attributes.ts";
import type { Type } from "../ir/types.ts";
import type { AttributeResolver, Entries } from "./resolve-attributes.ts";
import type { ArgumentSyntax, Name, OpBody, OpSyntax, RegionSyntax, SuccessorSyntax } from "./syntax.ts";
import { example } from "./usage.ts";

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

type Form<Kind extends OpBody["form"]> = Extract<OpBody, { form: Kind }>;
const nothing: readonly never[] = [];

/** Brings any of the written forms to parts; undefined after an error was reported. */
export function shapeOf(
  syntax: OpSyntax,
  definition: AnyOp | undefined,
  resolver: AttributeResolver,
): OpParts | undefined {
  const { body, name, span } = syntax;
  if (body.form === "generic") return genericParts(body, syntax, definition, resolver);
  const form = definition?.spec.form ?? "uniform";
  if (!definition || body.form !== form)
    return resolver.report(
      error("op-form", `${name.text} is not written this way`, {
        span,
        hint: `write it as ${definition ? example(definition) : "a generic op"}`,
      }),
    );
  switch (body.form) {
    case "uniform":
      return uniformParts(body, syntax, definition, resolver);
    case "terminator": {
      const types = body.types.map((type) => resolver.type(type));
      // Types may be left out, as those of the values are known.
      const operands = types.length > 0 ? { flat: body.operands, types } : { flat: body.operands };
      return headedParts(new Map(), syntax, definition, resolver, { operands });
    }
    case "container": {
      const attributes = resolver.entries(body.attributes);
      if (body.symbol)
        attributes.set("sym_name", { value: resolver.attribute(body.symbol), span: body.symbol.span });
      return headedParts(attributes, syntax, definition, resolver, { regions: [body.region] });
    }
    case "function":
      return functionParts(body, syntax, definition, resolver);
    case "definition":
      return definitionParts(body, syntax, definition, resolver);
  }
}

/** Parts of an op without results, whose head holds everything. */
function headedParts(
  attributes: Entries,
  syntax: OpSyntax,
  definition: AnyOp,
  resolver: AttributeResolver,
  rest: Partial<OpParts>,
): OpParts | undefined {
  const decoded = decode(definition, attributes, syntax, resolver);
  return (
    decoded && {
      operands: { flat: nothing },
      attributes: decoded.attributes,
      extra: decoded.extra,
      types: nothing,
      regions: nothing,
      successors: nothing,
      entryArguments: nothing,
      ...rest,
    }
  );
}

function uniformParts(
  body: Form<"uniform">,
  syntax: OpSyntax,
  definition: AnyOp,
  resolver: AttributeResolver,
): OpParts | undefined {
  const before = resolver.diagnostics.length;
  const attributes = resolver.entries(body.attributes);
  const slots = uniformOperands(body, syntax, definition, attributes, resolver);
  // What could not be read would only be complained about again, as missing.
  const decoded =
    resolver.diagnostics.length > before ? undefined : decode(definition, attributes, syntax, resolver);
  if (!slots || !decoded) return undefined;
  return {
    operands: { slots },
    attributes: decoded.attributes,
    extra: decoded.extra,
    types: body.types.length > 0 ? body.types.map((type) => resolver.type(type)) : undefined,
    regions: body.regions,
    successors: body.successors,
    entryArguments: nothing,
  };
}

function definitionParts(
  body: Form<"definition">,
  syntax: OpSyntax,
  definition: AnyOp,
  resolver: AttributeResolver,
): OpParts | undefined {
  const attributes = resolver.entries(body.attributes);
  const type = resolver.type(body.type);
  attributes.set("sym_name", { value: resolver.attribute(body.symbol), span: body.symbol.span });
  attributes.set("type", { value: { kind: "type", type }, span: syntax.span });
  if (body.value) {
    // The declared type is also that of the numbers, where they do not say their own.
    const typed = body.value.kind === "angle" ? { typed: body.type, ...body.value } : body.value;
    attributes.set("value", { value: resolver.attribute(typed), span: body.value.span });
  }
  return headedParts(attributes, syntax, definition, resolver, {});
}

function genericParts(
  body: Form<"generic">,
  syntax: OpSyntax,
  definition: AnyOp | undefined,
  resolver: AttributeResolver,
): OpParts | undefined {
  const properties = resolver.entries(body.properties);
  const attributes = resolver.entries(body.attributes);
  const common = {
    operands: { flat: body.operands, types: body.inputs.map((type) => resolver.type(type)) },
    types: body.outputs.map((type) => resolver.type(type)),
    regions: definition?.spec.form === "function" ? body.regions.filter(hasContent) : body.regions,
    successors: body.successors,
    entryArguments: nothing,
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

/** A declaration is a function whose region, in generic form, is empty. */
const hasContent = (region: RegionSyntax): boolean =>
  region.some(({ label, ops }) => label !== undefined || ops.length > 0);

const raw = (entries: Entries): Record<string, Attribute> =>
  Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));

function segments(entries: Entries, key: string): readonly number[] | undefined {
  const entry = entries.get(key);
  if (entry?.value.kind !== "denseArray") return undefined;
  entries.delete(key);
  return entry.value.values.map(Number);
}

function functionParts(
  body: Form<"function">,
  syntax: OpSyntax,
  definition: AnyOp,
  resolver: AttributeResolver,
): OpParts | undefined {
  const attributes = resolver.entries(body.attributes);
  const { span } = syntax;
  const typesOf = (list: readonly ArgumentSyntax[]) => list.map(({ type }) => resolver.type(type));
  const type: Type = { kind: "function", inputs: typesOf(body.arguments), results: typesOf(body.outputs) };
  attributes.set("sym_name", { value: resolver.attribute(body.symbol), span: body.symbol.span });
  attributes.set("function_type", { value: { kind: "type", type }, span });
  if (body.visibility !== undefined)
    attributes.set("sym_visibility", { value: { kind: "string", value: body.visibility }, span });
  argumentAttributes(attributes, "arg_attrs", body.arguments, span, resolver);
  argumentAttributes(attributes, "res_attrs", body.outputs, span, resolver);
  if (body.region && body.arguments.some(({ name }) => !name))
    return resolver.report(
      error("argument-name", `the arguments of ${definition.name} need names, as it has a body`, {
        span: body.symbol.span,
      }),
    );
  const regions = body.region ? [body.region] : [];
  const entryArguments = body.region ? body.arguments : [];
  return headedParts(attributes, syntax, definition, resolver, { regions, entryArguments });
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
  body: Form<"uniform">,
  { span }: OpSyntax,
  definition: AnyOp,
  attributes: Entries,
  resolver: AttributeResolver,
): Record<string, Name | readonly Name[] | undefined> | undefined {
  const { spec, name } = definition;
  const specs = Object.entries(spec.operands);
  const written = body.operands.filter(({ kind }) => kind !== "symbol");
  const symbols = Object.entries(spec.attributes).filter(([, { role }]) => role !== undefined);
  const writtenSymbols = body.operands.flatMap((operand) =>
    operand.kind === "symbol" ? [operand.attribute] : [],
  );
  const report = (message: string) =>
    resolver.report(error("operand-count", message, { span, hint: `write it as ${example(definition)}` }));
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
  for (const [key, { value, key: at }] of entries)
    if (!(key in spec.attributes)) {
      if (key.includes(".")) extra[key] = value;
      else
        resolver.report(
          error("unknown-attribute", `${name} has no attribute ${key}`, {
            span: at ?? span,
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
