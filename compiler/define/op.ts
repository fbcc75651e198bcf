import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module, Op, ValueId } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import type { InferAll, InputAll, Schemas } from "../schema/schema.ts";
import type { AxisFlow } from "./axis-flow.ts";

/** A named predicate on types; `describe` appears in docs and errors. */
export interface TypeConstraint {
  readonly describe: string;
  accepts(type: Type): boolean;
}

export type Arity = "one" | "many" | "optional";
export interface ValueSpec<A extends Arity = Arity> {
  readonly constraint: TypeConstraint;
  readonly arity: A;
}
export type ValueSpecs = Readonly<Record<string, ValueSpec>>;

export const one = (constraint: TypeConstraint): ValueSpec<"one"> => ({ constraint, arity: "one" });
export const many = (constraint: TypeConstraint): ValueSpec<"many"> => ({ constraint, arity: "many" });
export const optionally = (constraint: TypeConstraint): ValueSpec<"optional"> => ({
  constraint,
  arity: "optional",
});

type ByArity<A, Item> = A extends "one" ? Item : A extends "many" ? readonly Item[] : Item | undefined;
/** One item per slot, in the shape the slot's arity calls for. */
export type Slots<Specs extends ValueSpecs, Item> = {
  readonly [K in keyof Specs]: ByArity<Specs[K]["arity"], Item>;
};
type OptionalSlots<Specs extends ValueSpecs> = {
  [K in keyof Specs]: Specs[K]["arity"] extends "optional" ? K : never;
}[keyof Specs];
/** As `Slots`, but optional operands may be left out. */
export type SlotInput<Specs extends ValueSpecs, Item> = {
  readonly [K in Exclude<keyof Specs, OptionalSlots<Specs>>]: ByArity<Specs[K]["arity"], Item>;
} & { readonly [K in OptionalSlots<Specs>]?: Item | undefined };

/**
 * pure: no effect beyond its results, so it may be erased, merged and moved.
 * terminator: ends a block.  commutative: its operands may be swapped.
 * symbol-table: holds symbols.  isolated: its regions see no outer value.
 * not-foldable: never folded into a constant nor merged with an equal op (casts that lose precision).
 */
export type Trait = "pure" | "terminator" | "commutative" | "symbol-table" | "isolated" | "not-foldable";

/**
 * How pretty text is laid out. All ops are `uniform`; the other shapes are for the few customary ones:
 * container `module @name attributes {…} { … }`, function `func.func @f(%x: T) -> U { … }`,
 * terminator `return %x : T`, definition `lowp.param @name : T = attribute`.
 */
export type Form = "uniform" | "container" | "function" | "terminator" | "definition";

/** Why something is ill-formed, before it is tied to a place in the source. */
export interface Mismatch extends Pick<Diagnostic, "code" | "message" | "label" | "hint"> {
  /** Operand whose definition a note should point at. */
  readonly blames?: string;
}
export const mismatch = (
  code: string,
  message: string,
  rest: Omit<Mismatch, "code" | "message"> = {},
): Mismatch => ({ code, message, ...rest });
export const isMismatch = (value: unknown): value is Mismatch =>
  typeof value === "object" && value !== null && "code" in value && "message" in value;

/** What an op's own verifier may look at. */
export interface VerifyContext {
  readonly module: Module;
  typeOf(value: ValueId): Type;
  /** The op that defines a symbol visible from the op being verified. */
  symbol(path: readonly string[]): Op | undefined;
  /** The op whose region holds the one being verified. */
  readonly parent: Op | undefined;
}

/** What a dialect writes down about an op. Everything else is derived from it. */
export interface OpSpec<Operands extends ValueSpecs, Attributes extends Schemas, Results extends ValueSpecs> {
  readonly summary: string;
  readonly operands: Operands;
  readonly attributes: Attributes;
  readonly results: Results;
  /** Names of the regions, in order. */
  readonly regions?: readonly string[];
  readonly traits?: readonly Trait[];
  readonly form?: Form;
  /** The word that stands for the op in pretty form, where custom has a shorter one (`return`). */
  readonly keyword?: string;
  /**
   * Result types from operand types and attributes, or why they do not fit. Left out where the
   * author must state the result types. Extents it cannot know are DYNAMIC.
   */
  infer?(operands: Slots<Operands, Type>, attributes: InferAll<Attributes>): Slots<Results, Type> | Mismatch;
  /** Further laws, checked after operand constraints and inference hold. */
  verify?(
    op: Op<Slots<Operands, ValueId>, InferAll<Attributes>, Slots<Results, ValueId>>,
    context: VerifyContext,
  ): readonly Mismatch[];
  /**
   * Which axes of its values have the same channels, and what it does with them. Given for verified ops alone.
   * Left out, every axis of every value must stay as it is.
   */
  axes?(
    op: Op<Slots<Operands, ValueId>, InferAll<Attributes>, Slots<Results, ValueId>>,
    context: VerifyContext,
  ): AxisFlow;
}

export interface OpDefinition<
  Operands extends ValueSpecs = ValueSpecs,
  Attributes extends Schemas = Schemas,
  Results extends ValueSpecs = ValueSpecs,
> {
  readonly name: string;
  readonly spec: OpSpec<Operands, Attributes, Results>;
  /** Narrows a table record to this op, with named and typed operands, attributes and results. */
  is(op: Op): op is Op<Slots<Operands, ValueId>, InferAll<Attributes>, Slots<Results, ValueId>>;
}

/** Any definition, for code that does not care which. */
export type AnyOp = OpDefinition;

export type OpOf<D> =
  D extends OpDefinition<infer O, infer A, infer R>
    ? Op<Slots<O, ValueId>, InferAll<A>, Slots<R, ValueId>>
    : never;
export type OperandsOf<D> =
  D extends OpDefinition<infer O, infer _A, infer _R> ? SlotInput<O, ValueId> : never;
export type AttributesOf<D> = D extends OpDefinition<infer _O, infer A, infer _R> ? InputAll<A> : never;
export type ResultsOf<D> = OpOf<D>["results"];

export function defineOp<
  const Operands extends ValueSpecs,
  const Attributes extends Schemas,
  const Results extends ValueSpecs,
>(
  name: `${string}.${string}`,
  spec: OpSpec<Operands, Attributes, Results>,
): OpDefinition<Operands, Attributes, Results> {
  return {
    name,
    spec,
    is: (op): op is Op<Slots<Operands, ValueId>, InferAll<Attributes>, Slots<Results, ValueId>> =>
      op.name === name,
  };
}

export const hasTrait = (
  definition: { readonly spec: { readonly traits?: readonly Trait[] } },
  trait: Trait,
): boolean => definition.spec.traits?.includes(trait) ?? false;
