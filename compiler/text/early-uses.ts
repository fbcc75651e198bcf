import {
  type BlockId,
  blockAt,
  forEachOperand,
  forEachResult,
  type Module,
  opAt,
  type ValueId,
} from "../ir/module.ts";

/**
 * Values used at a place of the text before the one that defines them: blocks may stand in any order,
 * and the use may be in a nested region. Their names must be known before that region is printed.
 */
export function earlyUses(module: Module): ReadonlySet<ValueId> {
  const defined = new Set<ValueId>();
  const early = new Set<ValueId>();
  const use = (value: ValueId) => {
    if (!defined.has(value)) early.add(value);
  };
  const define = (value: ValueId) => {
    defined.add(value);
  };
  const visit = (id: BlockId): void => {
    const block = blockAt(module, id);
    block.arguments.forEach(define);
    for (const child of block.ops) {
      const op = opAt(module, child);
      forEachOperand(op, use);
      for (const region of op.regions) region.forEach(visit);
      forEachResult(op, define);
    }
  };
  for (const region of opAt(module, module.root).regions) region.forEach(visit);
  return early;
}
