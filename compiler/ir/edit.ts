import { type Draft, produce, setAutoFreeze } from "immer";
import { uses } from "./analysis.ts";
import {
  type Block,
  type BlockId,
  flatten,
  type Module,
  type Op,
  type OpId,
  opAt,
  type Slot,
  type Value,
  type ValueId,
} from "./module.ts";
import type { Type } from "./types.ts";

/** Everything one rewriting sweep wants to change, as data. Collected against a module, applied once. */
export interface Edits {
  readonly insertedBefore: ReadonlyMap<OpId, readonly Op[]>;
  readonly createdValues: readonly Value[];
  readonly createdBlocks: readonly Block[];
  readonly erased: ReadonlySet<OpId>;
  readonly replaced: ReadonlyMap<ValueId, ValueId>;
  /** Ops whose record changes in place: same id, same results. */
  readonly updated: ReadonlyMap<OpId, Op>;
  readonly retyped: ReadonlyMap<ValueId, Type>;
  readonly resources: Module["resources"] | undefined;
  readonly next: Module["next"];
}

export const noEdits = (module: Module): Edits => ({
  insertedBefore: new Map(),
  createdValues: [],
  createdBlocks: [],
  erased: new Set(),
  replaced: new Map(),
  updated: new Map(),
  retyped: new Map(),
  resources: undefined,
  next: module.next,
});

/** Deep-freezing every module finds mutation bugs but costs time; tests and `opt` keep it on. */
export const freezeModules = (on: boolean): void => setAutoFreeze(on);

/**
 * The only place that calls immer: one `produce` per sweep. Reads go to the frozen `module`, never to
 * the draft, because every read through a draft allocates a proxy; whole records and whole op lists
 * are replaced, because splicing a draft array costs one trap per element.
 */
export function applyEdits(module: Module, edits: Edits): Module {
  const { replaced, updated } = edits;
  const users = uses(module);
  const touched = new Set([...replaced.keys()].flatMap((value) => users.get(value) ?? []));
  for (const id of updated.keys()) touched.add(id);
  return produce(module, (draft: Draft<Module>) => {
    const { ops, values, blocks } = draft;
    for (const value of edits.createdValues) values[value.id] = value as Draft<Value>;
    for (const block of edits.createdBlocks) blocks[block.id] = block as Draft<Block>;
    for (const inserted of edits.insertedBefore.values())
      for (const op of inserted) ops[op.id] = retarget(op, replaced);
    for (const id of touched) ops[id] = retarget(updated.get(id) ?? opAt(module, id), replaced);
    for (const id of edits.erased) if (id in module.ops) eraseFrom(draft, module, id);
    for (const [value, type] of edits.retyped)
      if (value in module.values) values[value] = { ...module.values[value]!, type } as Draft<Value>;
    for (const block of changedBlocks(module, edits)) blocks[block.id]!.ops = block.ops as Draft<OpId[]>;
    if (edits.resources) draft.resources = edits.resources as Draft<Module["resources"]>;
    draft.next = edits.next;
  });
}

function eraseFrom(draft: Draft<Module>, module: Module, id: OpId): void {
  const op = opAt(module, id);
  for (const region of op.regions)
    for (const block of region) {
      for (const child of module.blocks[block]!.ops) eraseFrom(draft, module, child);
      for (const argument of module.blocks[block]!.arguments) delete draft.values[argument];
      delete draft.blocks[block];
    }
  for (const value of flatten(op.results)) delete draft.values[value];
  delete draft.ops[id];
}

/** New op lists of the blocks that gain or lose an op; built from the module, so the draft is not read. */
function* changedBlocks(
  module: Module,
  { insertedBefore, erased }: Edits,
): Generator<{ readonly id: BlockId; readonly ops: OpId[] }> {
  if (insertedBefore.size === 0 && erased.size === 0) return;
  for (const block of Object.values(module.blocks)) {
    if (!block.ops.some((id) => insertedBefore.has(id) || erased.has(id))) continue;
    const ops: OpId[] = [];
    for (const id of block.ops) {
      for (const op of insertedBefore.get(id) ?? []) ops.push(op.id);
      if (!erased.has(id)) ops.push(id);
    }
    yield { id: block.id, ops };
  }
}

/** Follows replacements to the value that stands in the end. */
export const resolver =
  (replaced: ReadonlyMap<ValueId, ValueId>) =>
  (value: ValueId): ValueId => {
    let current = value;
    for (let next = replaced.get(current); next !== undefined; next = replaced.get(current)) current = next;
    return current;
  };

function retarget(op: Op, replaced: ReadonlyMap<ValueId, ValueId>): Draft<Op> {
  if (replaced.size === 0) return op as Draft<Op>;
  const resolve = resolver(replaced);
  const operands: Record<string, Slot> = {};
  for (const [name, slot] of Object.entries(op.operands) as [string, Slot][])
    operands[name] =
      slot === undefined ? undefined : typeof slot === "number" ? resolve(slot) : slot.map(resolve);
  const successors = op.successors.map((successor) => ({
    ...successor,
    arguments: successor.arguments.map(resolve),
  }));
  return { ...op, operands, successors } as Draft<Op>;
}
