import type { AnyOp, Mismatch, OpOf } from "../../../compiler/define/op.ts";
import type { Op, ValueId } from "../../../compiler/ir/module.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { Element, Extent } from "../artifact/program.ts";
import type { Kernel } from "../kernel.ts";
import type { StepArgument, Units } from "./entry-builder.ts";
import type { Address, DenseValue, KnownValue, LoweredValue } from "./values.ts";

/** What the lowering of an op may ask for. Functions that can fail throw a `Refusal`. */
export interface LoweringContext {
  typeOf(value: ValueId): Type;
  /** The op a symbol names. */
  symbol(path: readonly string[]): Op | undefined;
  /** The bytes of a resource. */
  resource(key: string): Uint8Array | Mismatch;
  value(id: ValueId): LoweredValue;
  define(id: ValueId, value: LoweredValue): void;
  /** Numbers in memory: f32, or integers; those of a constant are put among the weights. */
  dense(id: ValueId): DenseValue;
  /** What a constant of any type stands for, as f32; refuses what is computed when the program runs. */
  numbersOf(id: ValueId): KnownValue;
  allocate(element: Element, shape: readonly Extent[]): DenseValue;
  /** Bytes among the weights, made where the key is new. */
  constant(key: string, make: () => Uint8Array): Address;
  /** Whether more may be put behind what is in a buffer: only an input's, and only once. */
  takesMore(buffer: number): boolean;
  /** Lets a buffer take so many bytes. */
  extend(buffer: number, bytes: Extent): void;
  /** `work`: about how many operations it is, where it may be worth sharing out over threads. */
  step(
    kernel: Kernel,
    units: Units | number,
    args: Readonly<Record<string, StepArgument>>,
    work?: Extent,
  ): void;
  /** The integers of a value, made sure to be between bounds: demanded of inputs, clipped where they are computed. */
  within(value: DenseValue, least: number, most: number): DenseValue;
  /** More than any position of a sequence that the entry can take. */
  readonly positions: number;
  /** Bytes that a thread needs beside a step. */
  workspace(bytes: number): Address;
  /** The most that an extent can be. */
  most(extent: Extent): number;
  /** States that two extents are equal. */
  unify(left: Extent, right: Extent): void;
  resolve(extent: Extent): Extent;
  /** Whether an extent is known to have a value. */
  is(extent: Extent, value: number): boolean;
  /** Elements of a shape. */
  count(shape: readonly Extent[]): Extent;
  /** Lowers the body of a function on given arguments. */
  call(path: readonly string[], inputs: readonly LoweredValue[]): readonly LoweredValue[];
}

/** What cannot be compiled, found somewhere inside a lowering; becomes a diagnostic at the op. */
export class Refusal extends Error {
  readonly mismatch: Mismatch;
  constructor(mismatch: Mismatch) {
    super(mismatch.message);
    this.mismatch = mismatch;
  }
}
export function refuse(mismatch: Mismatch): never {
  throw new Refusal(mismatch);
}

/** How ops of one kind become steps. */
export interface OpLowering {
  readonly op: AnyOp;
  lower(op: Op, context: LoweringContext): void;
}

export const defineLowering = <D extends AnyOp>(
  definition: D,
  lower: (op: OpOf<D>, context: LoweringContext) => void,
): OpLowering => ({ op: definition, lower: (op, context) => lower(op as OpOf<D>, context) });
