import type { RuntimeValue } from "../../../compiler/define/kernel.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import type { Element, Extent } from "../artifact/program.ts";

/** A place in memory that is not fixed yet: in a buffer of the arena, or among the weights. */
export type Address =
  | { readonly in: "buffer"; readonly buffer: number; readonly offset: Extent }
  | { readonly in: "weights"; readonly offset: number }
  /** The workspace of the thread that runs the step. */
  | { readonly in: "workspace" };

/** Numbers in memory, row-major. */
export interface DenseValue {
  readonly kind: "dense";
  readonly element: Element;
  readonly shape: readonly Extent[];
  readonly address: Address;
  /** Of integers: between which bounds they are known to be. */
  readonly range?: readonly [least: number, most: number];
}

/** A value of a dialect's type, as its components in memory. */
export interface CodedValue {
  readonly kind: "coded";
  readonly type: DialectType;
  readonly shape: readonly Extent[];
  readonly parts: Readonly<Record<string, DenseValue>>;
}

/** A parameter or constant: its numbers are known, and whoever uses it chooses how they are laid out. */
export interface KnownValue {
  readonly kind: "known";
  /** Names it among all constants of the module. */
  readonly key: string;
  /** How it is stored, which may be narrower than how it is held. */
  readonly type: Type;
  readonly value: RuntimeValue;
}

export type LoweredValue = DenseValue | CodedValue | KnownValue;

export const bytesOf: Readonly<Record<Element, number>> = { f32: 4, i32: 4, i16: 2, i8: 1, u8: 1 };
