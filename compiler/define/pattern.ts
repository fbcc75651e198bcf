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

/** What a pattern may do: read the module as it was before the sweep, build new ops, and say why it does not apply. */
export interface Rewriter<Condition extends string = string> {
  readonly module: Module;
  /** The op that defines `value`, if it is a `definition`. */
  producer<D extends AnyOp>(value: ValueId, definition: D): OpOf<D> | undefined;
  typeOf(value: ValueId): Type;
  /** As of the start of the sweep: good for deciding what pays off, never for correctness. */
  hasOneUse(value: ValueId): boolean;
  /** Builds an op before the matched one. Dropped if the pattern returns undefined. */
  readonly build: Build;
  /** For reasons: `%w, made by nn.add`. */
  describe(value: ValueId): string;
  /**
   * Says which condition does not hold and what was found instead; the pattern then returns undefined. Of several,
   * as where a pattern tries one operand after the other, the one that came furthest is told, the first at a tie.
   */
  unmet(condition: Condition, found: string): undefined;
  /** The figures that the pattern decided by, told where it applies. */
  note(figures: string): void;
}

/** A local rewrite: a pure function from one matched op to the values that replace its results. */
export interface RewritePattern {
  readonly name: string;
  readonly root: AnyOp;
  /** What must hold besides the root, as claims, in the order in which it is looked at. */
  readonly conditions: readonly string[];
  apply(op: Op, rewriter: Rewriter): Readonly<Record<string, ValueId | readonly ValueId[]>> | undefined;
}

type Apply<D extends AnyOp, Condition extends string> = (
  op: OpOf<D>,
  rewriter: Rewriter<Condition>,
) => ResultsOf<D> | undefined;

/**
 * `apply` returns one value per result of `root`, or undefined when the pattern does not match. With `conditions` it
 * says by `rewriter.unmet` which of them does not hold, so that `--explain` can tell.
 */
export function definePattern<D extends AnyOp>(name: string, root: D, apply: Apply<D, never>): RewritePattern;
export function definePattern<D extends AnyOp, const Condition extends string>(
  name: string,
  root: D,
  conditions: readonly Condition[],
  apply: Apply<D, Condition>,
): RewritePattern;
export function definePattern<D extends AnyOp>(
  name: string,
  root: D,
  ...rest: readonly [Apply<D, never>] | readonly [readonly string[], Apply<D, string>]
): RewritePattern {
  const [conditions, apply] = rest.length === 1 ? [[], rest[0]] : rest;
  return {
    name,
    root,
    conditions,
    apply: (op, rewriter) => apply(op as OpOf<D>, rewriter) as ReturnType<RewritePattern["apply"]>,
  };
}
