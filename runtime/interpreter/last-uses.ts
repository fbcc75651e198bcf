import {
  type Block,
  type Module,
  type OpId,
  opAt,
  operandsOf,
  type ValueId,
} from "../../compiler/ir/module.ts";

const cache = new WeakMap<Block, ReadonlyMap<OpId, readonly ValueId[]>>();

/** The values nobody needs after each op of a block, so that their memory can go. */
export function lastUses(module: Module, block: Block): ReadonlyMap<OpId, readonly ValueId[]> {
  const known = cache.get(block);
  if (known) return known;
  const last = new Map<ValueId, OpId>();
  for (const id of block.ops) for (const value of operandsOf(opAt(module, id))) last.set(value, id);
  const releases = new Map<OpId, ValueId[]>();
  for (const [value, id] of last) releases.set(id, [...(releases.get(id) ?? []), value]);
  cache.set(block, releases);
  return releases;
}
