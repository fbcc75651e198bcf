import type { AnyOp, AttributesOf, OperandsOf, OpOf, ResultsOf } from "../define/op.ts";
import type { Rewriter } from "../define/pattern.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import { uses } from "../ir/analysis.ts";
import { describeOrigin } from "../ir/describe.ts";
import {
  type Module,
  type Op,
  type OpId,
  opAt,
  type Slot,
  type Value,
  type ValueId,
  valueAt,
} from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { constructOp, type ResultTypes } from "./build.ts";

/** Ops and values made earlier in the same sweep, which the module does not have yet. */
export interface Created {
  readonly ops: ReadonlyMap<OpId, Op>;
  readonly values: ReadonlyMap<ValueId, Value>;
}

/** One attempted match: records what was read and what was built, so it can be dropped or committed. */
export class Match implements Rewriter {
  readonly ops: Op[] = [];
  readonly values: Value[] = [];
  readonly reads: OpId[] = [];
  readonly module: Module;
  readonly next: { op: number; value: number; block: number };
  /** What was decided by, where the pattern says. */
  figures: string | undefined;
  /** The condition that did not hold, by its place among those of the pattern, and what was found instead. */
  failure: { readonly matched: number; readonly found: string } | undefined;
  readonly #root: Op;
  readonly #conditions: readonly string[];
  readonly #created: Created;

  constructor(
    module: Module,
    { root, conditions }: { readonly root: Op; readonly conditions: readonly string[] },
    next: Module["next"],
    created: Created,
  ) {
    this.module = module;
    this.#conditions = conditions;
    this.#root = root;
    this.#created = created;
    this.next = { ...next };
  }

  #value(value: ValueId): Value {
    return (
      this.values.find((built) => built.id === value) ??
      this.#created.values.get(value) ??
      valueAt(this.module, value)
    );
  }

  producer<D extends AnyOp>(value: ValueId, definition: D): OpOf<D> | undefined {
    const id = this.#value(value).definedBy;
    const op = id === undefined ? undefined : (this.#created.ops.get(id) ?? opAt(this.module, id));
    if (!op || !definition.is(op)) return undefined;
    this.reads.push(op.id);
    return op as OpOf<D>;
  }

  typeOf(value: ValueId): Type {
    return this.#value(value).type;
  }

  hasOneUse(value: ValueId): boolean {
    return uses(this.module).get(value)?.length === 1;
  }

  describe(id: ValueId): string {
    const value = this.#value(id);
    const { definedBy } = value;
    const op = definedBy === undefined ? undefined : this.#created.ops.get(definedBy);
    return describeOrigin(value, definedBy === undefined ? undefined : (op ?? opAt(this.module, definedBy)));
  }

  unmet(condition: string, found: string): undefined {
    const matched = this.#conditions.indexOf(condition);
    if (matched < 0) return unreachable(`the pattern does not declare "${condition}"`);
    if (!this.failure || matched > this.failure.matched) this.failure = { matched, found };
  }

  note(figures: string): void {
    this.figures = figures;
  }

  build = <D extends AnyOp>(
    definition: D,
    operands: OperandsOf<D>,
    attributes: AttributesOf<D>,
    resultTypes?: ResultTypes,
  ): ResultsOf<D> => {
    const { op, values } = constructOp(
      {
        definition,
        operands: operands as Record<string, Slot>,
        attributes: attributes as Record<string, unknown>,
        resultTypes,
        span: this.#root.span,
        location: this.#root.location,
      },
      this.next,
      (value) => this.typeOf(value),
    );
    this.values.push(...values);
    this.ops.push(op);
    return op.results as ResultsOf<D>;
  };
}
