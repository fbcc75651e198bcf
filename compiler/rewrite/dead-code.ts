import type { Registry } from "../define/dialect.ts";
import { hasTrait } from "../define/op.ts";
import { applyEdits, type Edits, noEdits, resolver } from "../ir/edit.ts";
import {
  forEachOperand,
  forEachResult,
  type Module,
  type Op,
  type OpId,
  type Value,
  type ValueId,
  walk,
} from "../ir/module.ts";

/** Erases pure ops whose results nobody needs; the same module when there are none. */
export function eraseDeadOps(module: Module, registry: Registry): Module {
  const edits = withoutDeadOps(module, noEdits(module), registry);
  return edits.erased.size === 0 ? module : applyEdits(module, edits);
}

/** Edits that also drop the pure ops nobody needs once they are applied, be they old or about to be inserted. */
export function withoutDeadOps(module: Module, edits: Edits, registry: Registry): Edits {
  const live = new Set<ValueId>();
  const current = resolver(edits.replaced);
  const markLive = (value: ValueId) => {
    live.add(current(value));
  };
  const isDead = (op: Op): boolean => {
    let needed = false;
    forEachResult(op, (value) => {
      needed ||= live.has(value);
    });
    const definition = needed ? undefined : registry.op(op.name);
    return definition !== undefined && hasTrait(definition, "pure");
  };
  const erased = new Set(edits.erased);
  const insertedBefore = new Map<OpId, readonly Op[]>();
  const droppedValues = new Set<ValueId>();
  for (const op of walk(module).toReversed()) {
    if (!erased.has(op.id)) {
      if (isDead(op)) erased.add(op.id);
      else forEachOperand(op, markLive);
    }
    const inserted = edits.insertedBefore.get(op.id);
    if (!inserted) continue;
    const kept: Op[] = [];
    for (const each of inserted.toReversed())
      if (isDead(each)) forEachResult(each, (value) => droppedValues.add(value));
      else {
        kept.unshift(each);
        forEachOperand(each, markLive);
      }
    if (kept.length > 0) insertedBefore.set(op.id, kept);
  }
  const createdValues = edits.createdValues.filter(({ id }: Value) => !droppedValues.has(id));
  return { ...edits, erased, insertedBefore, createdValues };
}
