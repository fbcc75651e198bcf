import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import {
  type BlockId,
  blockAt,
  forEachOperand,
  forEachResult,
  type Module,
  type Op,
  type OpId,
  opAt,
  operandsOf,
  resultsOf,
  type ValueId,
  valueAt,
} from "../ir/module.ts";

/**
 * Checks that definitions come before uses. In a region of one block that is the order of its ops; in
 * one of several, the defining block must dominate the using one. A nested region may use what is
 * defined before the op that holds it.
 */
export function verifyDominance(module: Module): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  visit(opAt(module, module.root), new Set(), module, diagnostics);
  return diagnostics;
}

function visit(op: Op, visible: Set<ValueId>, module: Module, diagnostics: Diagnostic[]): void {
  for (const region of op.regions) {
    if (region.length === 1) visitBlock(region[0]!, visible, module, diagnostics);
    else visitGraph(region, visible, module, diagnostics);
  }
}

/** Leaves `visible` as it found it. */
function visitBlock(id: BlockId, visible: Set<ValueId>, module: Module, diagnostics: Diagnostic[]): void {
  const block = blockAt(module, id);
  const added: ValueId[] = [];
  const add = (value: ValueId) => {
    visible.add(value);
    added.push(value);
  };
  for (const argument of block.arguments) add(argument);
  for (const child of block.ops) {
    const op = opAt(module, child);
    checkOperands(op, visible, module, diagnostics);
    if (op.regions.length > 0) visit(op, visible, module, diagnostics);
    forEachResult(op, add);
  }
  for (const value of added) visible.delete(value);
}

function checkOperands(
  op: Op,
  visible: ReadonlySet<ValueId>,
  module: Module,
  diagnostics: Diagnostic[],
): void {
  forEachOperand(op, (value) => {
    if (visible.has(value)) return;
    const { name, span, definedBy } = valueAt(module, value);
    const itself = definedBy === op.id;
    diagnostics.push(
      error(
        "dominance",
        `${name === undefined ? "an operand" : `%${name}`} is used ${itself ? "by the op that defines it" : "before it is defined"}`,
        {
          span: op.span,
          notes: [{ message: "it is defined here", span }],
          hint: dependsOn(definedBy, op.id, module)
            ? "the two ops need each other's results: break the cycle"
            : "move the definition above its use, into a block that is always run before it",
        },
      ),
    );
  });
}

/** Whether `from` needs a result of `target`, directly or through others. */
function dependsOn(from: OpId | undefined, target: OpId, module: Module): boolean {
  const seen = new Set<OpId>();
  const waiting = from === undefined ? [] : [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === target) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const value of operandsOf(opAt(module, id))) {
      const { definedBy } = valueAt(module, value);
      if (definedBy !== undefined) waiting.push(definedBy);
    }
  }
  return false;
}

function visitGraph(
  region: readonly BlockId[],
  visible: Set<ValueId>,
  module: Module,
  diagnostics: Diagnostic[],
): void {
  const dominators = dominatorsOf(region, module);
  for (const id of region) {
    const above = [...(dominators.get(id) ?? [])].filter((other) => other !== id);
    const added = above.flatMap((other) => {
      const block = blockAt(module, other);
      return [...block.arguments, ...block.ops.flatMap((child) => resultsOf(opAt(module, child)))];
    });
    const fresh = added.filter((value) => !visible.has(value));
    for (const value of fresh) visible.add(value);
    visitBlock(id, visible, module, diagnostics);
    for (const value of fresh) visible.delete(value);
  }
}

/** Blocks on every path from the entry to each block; an unreachable block is dominated by all. */
function dominatorsOf(
  region: readonly BlockId[],
  module: Module,
): ReadonlyMap<BlockId, ReadonlySet<BlockId>> {
  const predecessors = new Map<BlockId, BlockId[]>(region.map((id) => [id, []]));
  for (const id of region)
    for (const child of blockAt(module, id).ops)
      for (const { block } of opAt(module, child).successors) predecessors.get(block)?.push(id);
  const [entry] = region;
  const dominators = new Map<BlockId, ReadonlySet<BlockId>>(
    region.map((id) => [id, new Set(id === entry ? [id] : region)]),
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of region) {
      if (id === entry) continue;
      const [first, ...rest] = (predecessors.get(id) ?? []).map((block) => dominators.get(block)!);
      const common = [...(first ?? region)].filter((block) => rest.every((set) => set.has(block)));
      const next = new Set([id, ...common]);
      if (next.size !== dominators.get(id)!.size) {
        dominators.set(id, next);
        changed = true;
      }
    }
  }
  return dominators;
}
