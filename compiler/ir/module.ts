import { type Span, unreachable } from "../diagnostics/diagnostic.ts";
import type { Attribute, Location } from "./attributes.ts";
import type { ResourceOrigin } from "./constants.ts";
import type { Type } from "./types.ts";

declare const brand: unique symbol;
type Id<Tag extends string> = number & { readonly [brand]: Tag };

/** Ids index the flat tables of a module; the brand keeps an OpId from being used as a ValueId. */
export type OpId = Id<"op">;
export type ValueId = Id<"value">;
export type BlockId = Id<"block">;

/** One operand or result slot: a value, a variadic group, or an absent optional. */
export type Slot = ValueId | readonly ValueId[] | undefined;

/** The op every file is in. */
export const ROOT_OP = "builtin.module";

export interface Successor {
  readonly block: BlockId;
  readonly arguments: readonly ValueId[];
}

/**
 * One operation. The type parameters are filled in by `OpDefinition.is`; generic code uses the
 * accessors below. Attributes of a registered op are decoded by its declaration; an unregistered op
 * has raw attributes, one operand slot called `operands` and one result slot called `results`.
 */
export interface Op<
  Operands extends object = object,
  Attributes extends object = object,
  Results extends object = object,
> {
  readonly id: OpId;
  readonly name: string;
  readonly operands: Operands;
  readonly attributes: Attributes;
  readonly results: Results;
  readonly regions: readonly (readonly BlockId[])[];
  readonly successors: readonly Successor[];
  /** Discardable attributes: `dialect.name` facts that passes keep but no op depends on. */
  readonly extra: Readonly<Record<string, Attribute>>;
  readonly location: Location | undefined;
  readonly span: Span | undefined;
}

export interface Value {
  readonly id: ValueId;
  readonly type: Type;
  /** undefined for block arguments. */
  readonly definedBy: OpId | undefined;
  /** As written in the source, without the sigil. */
  readonly name?: string;
  readonly span?: Span;
}

export interface Block {
  readonly id: BlockId;
  readonly arguments: readonly ValueId[];
  readonly ops: readonly OpId[];
  readonly name?: string;
}

/** `!name = type` or `#name = attribute`, kept so that printing uses the author's words. */
export interface Alias {
  readonly name: string;
  readonly target: { readonly type: Type } | { readonly attribute: Attribute };
}

/**
 * The whole program as plain, flat, id-indexed tables. Immutable: an edit returns a new module that
 * shares every untouched record. Use-lists and other derived facts are never stored (see analysis.ts).
 */
export interface Module {
  readonly ops: Readonly<Record<OpId, Op>>;
  readonly values: Readonly<Record<ValueId, Value>>;
  readonly blocks: Readonly<Record<BlockId, Block>>;
  /** The outermost op; the file's top-level ops are in its first region. */
  readonly root: OpId;
  readonly aliases: readonly Alias[];
  /** Where the bytes behind each `dense_resource<key>` are; a key may be missing. */
  readonly resources: Readonly<Record<string, ResourceOrigin>>;
  /** Contents of `{-# external_resources #-}` groups that belong to other tools. */
  readonly metadata: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;
  readonly next: { readonly op: number; readonly value: number; readonly block: number };
}

export const opAt = (module: Module, id: OpId): Op => module.ops[id] ?? unreachable(`no op ${id}`);
export const valueAt = (module: Module, id: ValueId): Value =>
  module.values[id] ?? unreachable(`no value ${id}`);
export const blockAt = (module: Module, id: BlockId): Block =>
  module.blocks[id] ?? unreachable(`no block ${id}`);
export const typeOf = (module: Module, id: ValueId): Type => valueAt(module, id).type;

export const slotsOf = (op: Op): readonly (readonly [string, Slot])[] => Object.entries(op.operands);
export const resultSlotsOf = (op: Op): readonly (readonly [string, Slot])[] => Object.entries(op.results);
export const attributesOf = (op: Op): Readonly<Record<string, unknown>> =>
  op.attributes as Readonly<Record<string, unknown>>;

/** The values of slots, in order, flattened. */
export function flatten(slots: object): ValueId[] {
  const values: ValueId[] = [];
  forEachIn(slots, (value) => values.push(value));
  return values;
}
export const operandsOf = (op: Op): readonly ValueId[] => flatten(op.operands);
export const resultsOf = (op: Op): readonly ValueId[] => flatten(op.results);

/** Visits the values an op uses, those it hands to other blocks included; makes no lists, for the hot paths. */
export function forEachOperand(op: Op, visit: (value: ValueId) => void): void {
  forEachIn(op.operands, visit);
  for (const successor of op.successors) for (const value of successor.arguments) visit(value);
}
export const forEachResult = (op: Op, visit: (value: ValueId) => void): void => forEachIn(op.results, visit);

function forEachIn(slots: object, visit: (value: ValueId) => void): void {
  for (const name in slots) {
    const slot = (slots as Record<string, Slot>)[name];
    if (typeof slot === "number") visit(slot);
    else if (slot !== undefined) for (const value of slot) visit(value);
  }
}

/** An op and all ops inside it, an op before the ops of its regions, in program order. */
export function walk(module: Module, from: OpId = module.root): readonly Op[] {
  const found: Op[] = [];
  const visit = (op: Op): void => {
    found.push(op);
    for (const region of op.regions)
      for (const block of region) for (const id of blockAt(module, block).ops) visit(opAt(module, id));
  };
  visit(opAt(module, from));
  return found;
}

/** The ops directly inside the first block of an op's first region: a module's functions and parameters. */
export function bodyOf(module: Module, op: Op): readonly Op[] {
  const block = op.regions[0]?.[0];
  return block === undefined ? [] : blockAt(module, block).ops.map((id) => opAt(module, id));
}

/** The top-level ops of the file. */
export const topLevel = (module: Module): readonly Op[] => bodyOf(module, opAt(module, module.root));
