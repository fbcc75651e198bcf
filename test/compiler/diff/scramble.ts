import type { Registry } from "../../../compiler/define/dialect.ts";
import { hasTrait } from "../../../compiler/define/op.ts";
import {
  type Block,
  type BlockId,
  forEachOperand,
  type Module,
  type Op,
  type OpId,
  opAt,
  type Value,
  type ValueId,
  walk,
} from "../../../compiler/ir/module.ts";

/** The same program with other value names, and with the ops of each block in another legal order. */
export function scramble(module: Module, registry: Registry, random: () => number): Module {
  const values = Object.values(module.values).map((value): Value => {
    const { name: _name, ...nameless } = value;
    return random() < 0.3 ? nameless : { ...nameless, name: `v${Math.floor(random() * 1e6)}` };
  });
  const blocks = Object.values(module.blocks).map(
    (block): Block => ({ ...block, ops: reorder(module, block, registry, random) }),
  );
  return {
    ...module,
    values: Object.fromEntries(values.map((value) => [value.id, value])) as Record<ValueId, Value>,
    blocks: Object.fromEntries(blocks.map((block) => [block.id, block])) as Record<BlockId, Block>,
  };
}

/** Any op may come next whose operands are there; ops with effects keep their order, and what ends a block its place. */
function reorder(module: Module, block: Block, registry: Registry, random: () => number): readonly OpId[] {
  const waiting = block.ops.map((id) => opAt(module, id));
  const missing = new Set(waiting.flatMap((op) => Object.values(op.results).flat() as ValueId[]));
  const order: OpId[] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter(
      (op, i) =>
        !needs(module, op).some((value) => missing.has(value)) &&
        (isPure(op, registry) || !waiting.slice(0, i).some((earlier) => !isPure(earlier, registry))) &&
        !(registry.op(op.name) && hasTrait(registry.op(op.name)!, "terminator") && waiting.length > 1),
    );
    const next = ready[Math.floor(random() * ready.length)] ?? waiting[0]!;
    waiting.splice(waiting.indexOf(next), 1);
    for (const value of Object.values(next.results).flat()) missing.delete(value as ValueId);
    order.push(next.id);
  }
  return order;
}

function needs(module: Module, op: Op): readonly ValueId[] {
  const found: ValueId[] = [];
  for (const each of walk(module, op.id)) forEachOperand(each, (value) => found.push(value));
  return found;
}

function isPure(op: Op, registry: Registry): boolean {
  const definition = registry.op(op.name);
  return definition !== undefined && (hasTrait(definition, "pure") || hasTrait(definition, "terminator"));
}
