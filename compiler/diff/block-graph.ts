import {
  type BlockId,
  blockAt,
  type Module,
  type Op,
  type OpId,
  opAt,
  resultsOf,
  slotsOf,
  type ValueId,
  walk,
} from "../ir/module.ts";

/** An operand, and how messages name the place it stands in: `input`, `values[1]`. */
export interface NamedOperand {
  readonly slot: string;
  readonly value: ValueId;
}

/** The operands of an op, those it hands to other blocks included. */
export function namedOperands(op: Op): readonly NamedOperand[] {
  const operands: NamedOperand[] = [];
  const group = (name: string, values: readonly ValueId[]) => {
    for (const [i, value] of values.entries()) operands.push({ slot: `${name}[${i}]`, value });
  };
  for (const [name, slot] of slotsOf(op))
    if (typeof slot === "number") operands.push({ slot: name, value: slot });
    else group(name, slot ?? []);
  for (const [i, successor] of op.successors.entries()) group(`successor ${i}`, successor.arguments);
  return operands;
}

/** How an op of a block uses a result of another. */
export interface Use {
  readonly result: number;
  readonly slot: string;
  readonly user: Op;
}

/** Who defines and who uses what among the ops directly in one block. */
export interface BlockGraph {
  readonly ops: readonly Op[];
  readonly arguments: readonly ValueId[];
  readonly definerOf: ReadonlyMap<ValueId, { readonly op: Op; readonly result: number }>;
  readonly usesOf: ReadonlyMap<OpId, readonly Use[]>;
}

/** Uses inside an op's regions count as uses of that op. */
export function blockGraph(module: Module, id: BlockId): BlockGraph {
  const block = blockAt(module, id);
  const ops = block.ops.map((op) => opAt(module, op));
  const definerOf = new Map(
    ops.flatMap((op) => resultsOf(op).map((value, result) => [value, { op, result }] as const)),
  );
  const usesOf = new Map<OpId, Use[]>(ops.map((op) => [op.id, []]));
  const record = (value: ValueId, slot: string, user: Op) => {
    const definer = definerOf.get(value);
    if (definer) usesOf.get(definer.op.id)!.push({ result: definer.result, slot, user });
  };
  for (const op of ops) {
    for (const { slot, value } of namedOperands(op)) record(value, slot, op);
    if (op.regions.length === 0) continue;
    for (const inner of walk(module, op.id).slice(1))
      for (const { value } of namedOperands(inner)) record(value, "inside", op);
  }
  return { ops, arguments: block.arguments, definerOf, usesOf };
}
