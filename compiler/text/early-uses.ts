import {
  type BlockId,
  blockAt,
  type Module,
  opAt,
  operandsOf,
  resultsOf,
  type ValueId,
} from "../ir/module.ts";

/**
 * Values used at a place of the text before the one that defines them: blocks may stand in any order,
 * and the use may be in a nested region. Their names must be known before that region is printed.
 */
export function earlyUses(module: Module): ReadonlySet<ValueId> {
  const defined = new Set<ValueId>();
  const early = new Set<ValueId>();
  const use = (values: readonly ValueId[]) => {
    for (const value of values) if (!defined.has(value)) early.add(value);
  };
  const visit = (id: BlockId): void => {
    const block = blockAt(module, id);
    for (const value of block.arguments) defined.add(value);
    for (const op of block.ops.map((each) => opAt(module, each))) {
      use(operandsOf(op));
      for (const successor of op.successors) use(successor.arguments);
      for (const region of op.regions) region.forEach(visit);
      for (const value of resultsOf(op)) defined.add(value);
    }
  };
  for (const region of opAt(module, module.root).regions) region.forEach(visit);
  return early;
}
