import type { BlockId, Module, Op, OpId, ValueId } from "./module.ts";
import { blockAt, forEachOperand, opAt, walk } from "./module.ts";

/**
 * A fact derived from a module, computed at most once per module version. Modules are immutable, so
 * identity is a sound cache key and nothing ever needs invalidating.
 */
export function analysis<T>(compute: (module: Module) => T): (module: Module) => T {
  const cache = new WeakMap<Module, { readonly value: T }>();
  return (module) => {
    const hit = cache.get(module) ?? { value: compute(module) };
    cache.set(module, hit);
    return hit.value;
  };
}

/** The ops that use each value, in program order; an op that uses a value twice is listed twice. */
export const uses = analysis((module): ReadonlyMap<ValueId, readonly OpId[]> => {
  const users = new Map<ValueId, OpId[]>();
  const record = (value: ValueId, user: OpId) => {
    const list = users.get(value);
    if (list) list.push(user);
    else users.set(value, [user]);
  };
  for (const op of walk(module)) {
    forEachOperand(op, (value) => record(value, op.id));
  }
  return users;
});

/** The block each op is in, and the op each block belongs to. */
export const parents = analysis((module) => {
  const blockOf = new Map<OpId, BlockId>();
  const ownerOf = new Map<BlockId, OpId>();
  for (const op of walk(module))
    for (const region of op.regions)
      for (const block of region) {
        ownerOf.set(block, op.id);
        for (const child of blockAt(module, block).ops) blockOf.set(child, block);
      }
  return { blockOf, ownerOf };
});

/** The op whose region holds `op`, if any. */
export function parentOf(module: Module, op: OpId): Op | undefined {
  const { blockOf, ownerOf } = parents(module);
  const block = blockOf.get(op);
  const owner = block === undefined ? undefined : ownerOf.get(block);
  return owner === undefined ? undefined : opAt(module, owner);
}
