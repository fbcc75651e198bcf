import type { Module, Op, ValueId } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import type { AnyOp, AttributesOf, OperandsOf, OpOf, ResultsOf } from "./op.ts";

/** Builds an op; its result types are inferred, or given where the op's declaration cannot know them. */
export type Build = <D extends AnyOp>(
  definition: D,
  operands: OperandsOf<D>,
  attributes: AttributesOf<D>,
  resultTypes?: Readonly<Record<string, Type | readonly Type[]>>,
) => ResultsOf<D>;

/** What a pattern may do: read the module as it was before the sweep, and build new ops. */
export interface Rewriter {
  readonly module: Module;
  /** The op that defines `value`, if it is a `definition`. */
  producer<D extends AnyOp>(value: ValueId, definition: D): OpOf<D> | undefined;
  typeOf(value: ValueId): Type;
  /** As of the start of the sweep: good for deciding what pays off, never for correctness. */
  hasOneUse(value: ValueId): boolean;
  /** Builds an op before the matched one. Dropped if the pattern returns undefined. */
  readonly build: Build;
}

/** A local rewrite: a pure function from one matched op to the values that replace its results. */
export interface RewritePattern {
  readonly name: string;
  readonly root: AnyOp;
  apply(op: Op, rewriter: Rewriter): Readonly<Record<string, ValueId | readonly ValueId[]>> | undefined;
}

/** `apply` returns one value per result of `root`, or undefined when the pattern does not match. */
export function definePattern<D extends AnyOp>(
  name: string,
  root: D,
  apply: (op: OpOf<D>, rewriter: Rewriter) => ResultsOf<D> | undefined,
): RewritePattern {
  return {
    name,
    root,
    apply: (op, rewriter) => apply(op as OpOf<D>, rewriter) as ReturnType<RewritePattern["apply"]>,
  };
}
