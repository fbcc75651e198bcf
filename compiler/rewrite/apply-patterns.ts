import type { AnyOp, AttributesOf, OperandsOf, OpOf, ResultsOf } from "../define/op.ts";
import type { RewritePattern, Rewriter } from "../define/pattern.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import { uses } from "../ir/analysis.ts";
import { applyEdits, noEdits } from "../ir/edit.ts";
import {
  type Module,
  type Op,
  type OpId,
  opAt,
  resultSlotsOf,
  type Slot,
  type Value,
  type ValueId,
  valueAt,
  walk,
} from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { constructOp, type ResultTypes } from "./build.ts";

const MAX_SWEEPS = 64;

/** Applies patterns until none matches. Each sweep matches on an immutable module and edits it once. */
export function applyPatterns(module: Module, patterns: readonly RewritePattern[]): Module {
  const byRoot = groupByRoot(patterns);
  let current = module;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const next = applyOnce(current, byRoot);
    if (next === current) return current;
    current = next;
  }
  return unreachable(
    `patterns do not converge after ${MAX_SWEEPS} sweeps: ${patterns.map((p) => p.name).join(", ")}`,
  );
}

function groupByRoot(patterns: readonly RewritePattern[]): ReadonlyMap<string, readonly RewritePattern[]> {
  const byRoot = new Map<string, RewritePattern[]>();
  for (const pattern of patterns)
    byRoot.set(pattern.root.name, [...(byRoot.get(pattern.root.name) ?? []), pattern]);
  return byRoot;
}

function applyOnce(module: Module, byRoot: ReadonlyMap<string, readonly RewritePattern[]>): Module {
  const insertedBefore = new Map<OpId, readonly Op[]>();
  const createdValues: Value[] = [];
  const erased = new Set<OpId>();
  const replaced = new Map<ValueId, ValueId>();
  let next = module.next;

  for (const op of walk(module)) {
    for (const pattern of byRoot.get(op.name) ?? []) {
      const match = new Match(module, op, next);
      const replacement = pattern.apply(op, match);
      if (!replacement || match.reads.some((read) => erased.has(read))) continue; // stale read: retried next sweep
      const inherited = new Map<ValueId, Value>(); // a replacement keeps the name of the value it replaces
      for (const [value, by] of pairs(op, replacement, pattern.name)) {
        replaced.set(value, by);
        inherited.set(by, valueAt(module, value));
      }
      insertedBefore.set(op.id, match.ops);
      for (const value of match.values) {
        const { name, span } = inherited.get(value.id) ?? value;
        createdValues.push({ ...(name !== undefined && { name }), ...(span && { span }), ...value });
      }
      erased.add(op.id);
      next = match.next;
      break;
    }
  }
  return erased.size === 0
    ? module
    : applyEdits(module, { ...noEdits(module), insertedBefore, createdValues, erased, replaced, next });
}

function* pairs(
  op: Op,
  replacement: Readonly<Record<string, Slot>>,
  pattern: string,
): Generator<readonly [ValueId, ValueId]> {
  for (const [name, slot] of resultSlotsOf(op)) {
    const from = typeof slot === "number" ? [slot] : (slot ?? []);
    const given = replacement[name];
    const to = typeof given === "number" ? [given] : (given ?? []);
    if (from.length !== to.length) unreachable(`${pattern} does not replace ${name} of ${op.name}`);
    for (const [i, value] of from.entries()) yield [value, to[i]!];
  }
}

/** One attempted match: records what was read and what was built, so it can be dropped or committed. */
class Match implements Rewriter {
  readonly ops: Op[] = [];
  readonly values: Value[] = [];
  readonly reads: OpId[] = [];
  readonly module: Module;
  readonly #root: Op;
  readonly next: { op: number; value: number; block: number };

  constructor(module: Module, root: Op, next: Module["next"]) {
    this.module = module;
    this.#root = root;
    this.next = { ...next };
  }

  producer<D extends AnyOp>(value: ValueId, definition: D): OpOf<D> | undefined {
    const id = valueAt(this.module, value).definedBy;
    const op = id === undefined ? undefined : opAt(this.module, id);
    if (!op || !definition.is(op)) return undefined;
    this.reads.push(op.id);
    return op as OpOf<D>;
  }

  typeOf(value: ValueId): Type {
    return (this.values.find((created) => created.id === value) ?? valueAt(this.module, value)).type;
  }

  hasOneUse(value: ValueId): boolean {
    return uses(this.module).get(value)?.length === 1;
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
