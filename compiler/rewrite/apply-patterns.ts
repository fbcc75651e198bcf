import { type Site, siteOf } from "../define/explanation.ts";
import type { PassContext } from "../define/pass.ts";
import type { RewritePattern } from "../define/pattern.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import { applyEdits, type Edits, noEdits } from "../ir/edit.ts";
import {
  forEachResult,
  type Module,
  type Op,
  type OpId,
  resultSlotsOf,
  type Slot,
  type Value,
  type ValueId,
  valueAt,
  walk,
} from "../ir/module.ts";
import { Attempts } from "./attempts.ts";
import { eraseDeadOps, withoutDeadOps } from "./dead-code.ts";
import { Match } from "./match.ts";

const MAX_SWEEPS = 64;
/** How often what a pattern built may itself be rewritten before the next sweep looks at it again. */
const MAX_STEPS = 16;

/**
 * Applies patterns until none matches, and drops the pure ops that nobody needs then. Each sweep
 * matches on an immutable module and edits it once; what a pattern builds is rewritten on the spot
 * where it can be, so that chains of rewrites take one sweep. Where somebody asks, every op that is the
 * root of a pattern is explained, in program order, what patterns built last.
 */
export function applyPatterns(
  module: Module,
  patterns: readonly RewritePattern[],
  { registry, explain }: Pick<PassContext, "registry" | "explain">,
): Module {
  const attempts = explain && new Attempts();
  const rewritten = sweepUntilDone(module, patterns, registry, attempts);
  if (explain) attempts?.tell(explain);
  return rewritten;
}

function sweepUntilDone(
  module: Module,
  patterns: readonly RewritePattern[],
  registry: PassContext["registry"],
  attempts: Attempts | undefined,
): Module {
  const byRoot = new Map<string, RewritePattern[]>();
  for (const pattern of patterns)
    byRoot.set(pattern.root.name, [...(byRoot.get(pattern.root.name) ?? []), pattern]);
  let current = module;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const edits = new Sweep(current, byRoot, attempts).run();
    if (!edits) return sweep === 0 ? eraseDeadOps(current, registry) : current;
    current = applyEdits(current, withoutDeadOps(current, edits, registry));
  }
  return unreachable(
    `patterns do not converge after ${MAX_SWEEPS} sweeps: ${patterns.map((pattern) => pattern.name).join(", ")}`,
  );
}

/** All matches of one pass over the module, as edits. */
class Sweep {
  readonly #module: Module;
  readonly #byRoot: ReadonlyMap<string, readonly RewritePattern[]>;
  readonly #insertedBefore = new Map<OpId, readonly Op[]>();
  readonly #ops = new Map<OpId, Op>();
  readonly #values = new Map<ValueId, Value>();
  readonly #erased = new Set<OpId>();
  readonly #replaced = new Map<ValueId, ValueId>();
  readonly #attempts: Attempts | undefined;
  #next: Module["next"];

  constructor(
    module: Module,
    byRoot: ReadonlyMap<string, readonly RewritePattern[]>,
    attempts: Attempts | undefined,
  ) {
    this.#module = module;
    this.#byRoot = byRoot;
    this.#attempts = attempts;
    this.#next = module.next;
  }

  /** The edits, or undefined when nothing matched. */
  run(): Edits | undefined {
    for (const op of walk(this.#module)) if (this.#byRoot.has(op.name)) this.#visit(op);
    if (this.#erased.size === 0) return undefined;
    return {
      ...noEdits(this.#module),
      insertedBefore: this.#insertedBefore,
      createdValues: [...this.#values.values()],
      erased: this.#erased,
      replaced: this.#replaced,
      next: this.#next,
    };
  }

  #visit(anchor: Op): void {
    const built = this.#rewrite(anchor);
    if (!built) return;
    this.#erased.add(anchor.id);
    const waiting = [...built];
    const kept: Op[] = [];
    for (let steps = 0; waiting.length > 0; steps++) {
      const op = waiting.shift()!;
      const further = steps < MAX_STEPS ? this.#rewrite(op) : undefined;
      if (further) {
        waiting.unshift(...further);
        this.#forget(op);
      } else kept.push(op);
    }
    if (kept.length > 0) this.#insertedBefore.set(anchor.id, kept);
  }

  /** Tries the patterns of an op; on success its results are replaced, and what was built is returned. */
  #rewrite(op: Op): readonly Op[] | undefined {
    for (const pattern of this.#byRoot.get(op.name) ?? []) {
      const { conditions } = pattern;
      const match = new Match(this.#module, { root: op, conditions }, this.#next, {
        ops: this.#ops,
        values: this.#values,
      });
      const replacement = pattern.apply(op, match);
      // A read of what this sweep erased is stale: the next sweep tries again.
      if (match.reads.some((read) => this.#erased.has(read))) continue;
      this.#attempts?.record(op.id, {
        pattern,
        match,
        hasMatched: replacement !== undefined,
        site: this.#siteOf(op),
      });
      if (!replacement) continue;
      this.#attempts?.replace(op.id, match.ops);
      for (const value of match.values) this.#values.set(value.id, value);
      for (const built of match.ops) this.#ops.set(built.id, built);
      this.#next = match.next;
      for (const [value, by] of pairs(op, replacement, pattern.name)) this.#replace(value, by);
      return match.ops;
    }
    return undefined;
  }

  #siteOf(op: Op): Site {
    return siteOf(this.#module, op, (value) => this.#values.get(value) ?? valueAt(this.#module, value));
  }

  /** A replacement without a name takes over that of the value it replaces. */
  #replace(value: ValueId, by: ValueId): void {
    this.#replaced.set(value, by);
    const created = this.#values.get(by);
    if (!created) return;
    const { name, span } = this.#values.get(value) ?? valueAt(this.#module, value);
    this.#values.set(by, { ...(name !== undefined && { name }), ...(span && { span }), ...created });
  }

  /** An op built and rewritten within the sweep leaves nothing behind. */
  #forget(op: Op): void {
    this.#ops.delete(op.id);
    this.#erased.add(op.id);
    forEachResult(op, (value) => this.#values.delete(value));
  }
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
