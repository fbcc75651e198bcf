import { type Op, type OpId, resultsOf, type ValueId } from "../ir/module.ts";
import { type BlockGraph, namedOperands } from "./block-graph.ts";

/** Which op of the left block is which of the right one, as far as that is known. */
export class Pairing {
  readonly left: BlockGraph;
  readonly right: BlockGraph;
  /** Left values that are known to be right values, those of enclosing blocks included. */
  readonly values: Map<ValueId, ValueId>;
  readonly #rightOf = new Map<OpId, Op>();
  readonly #leftOf = new Map<OpId, Op>();

  constructor(left: BlockGraph, right: BlockGraph, values: Map<ValueId, ValueId>) {
    this.left = left;
    this.right = right;
    this.values = values;
    left.arguments.forEach((value, i) => {
      const other = right.arguments[i];
      if (other !== undefined) values.set(value, other);
    });
  }

  rightOf(left: Op): Op | undefined {
    return this.#rightOf.get(left.id);
  }

  leftOf(right: Op): Op | undefined {
    return this.#leftOf.get(right.id);
  }

  join(left: Op, right: Op): void {
    this.#rightOf.set(left.id, right);
    this.#leftOf.set(right.id, left);
    const others = resultsOf(right);
    resultsOf(left).forEach((value, i) => {
      const other = others[i];
      if (other !== undefined) this.values.set(value, other);
    });
  }

  freeLeft(): readonly Op[] {
    return this.left.ops.filter((op) => !this.#rightOf.has(op.id));
  }

  freeRight(): readonly Op[] {
    return this.right.ops.filter((op) => !this.#leftOf.has(op.id));
  }

  /**
   * Joins free ops of equal class, the last ones first; what they are computed from is joined with them
   * where its class is equal too, so that of several equal ops each finds the one in its own place. Ops that
   * touch no value stay free where there are more of them on one side, as only their order can tell them apart.
   */
  joinByClass(left: ReadonlyMap<OpId, number>, right: ReadonlyMap<OpId, number>): void {
    const candidates = groupedBy(this.freeRight(), (op) => right.get(op.id));
    const rivals = groupedBy(this.freeLeft(), (op) => left.get(op.id));
    for (const op of this.freeLeft().toReversed()) {
      const list = candidates.get(left.get(op.id)) ?? [];
      if (this.rightOf(op)) continue;
      if (isLoose(op, this.left) && rivals.get(left.get(op.id))?.length !== list.length) continue;
      const other = list.findLast((each) => !this.leftOf(each));
      if (other) this.#joinWithOperands(op, other, (a, b) => left.get(a.id) === right.get(b.id));
    }
  }

  #joinWithOperands(left: Op, right: Op, alike: (left: Op, right: Op) => boolean): void {
    const waiting: [Op, Op][] = [[left, right]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [a, b] = next;
      if (this.rightOf(a) || this.leftOf(b)) continue;
      this.join(a, b);
      const others = namedOperands(b);
      for (const [i, { value }] of namedOperands(a).entries()) {
        const from = this.left.definerOf.get(value)?.op;
        const other = others[i] && this.right.definerOf.get(others[i].value)?.op;
        if (from && other && alike(from, other)) waiting.push([from, other]);
      }
    }
  }

  /** Joins the free ops of equal key, in order; ops without key stay free. Says whether there were any. */
  joinByKey(leftKey: (op: Op) => string | undefined, rightKey: (op: Op) => string | undefined): boolean {
    const candidates = groupedBy(this.freeRight(), rightKey);
    let joined = false;
    for (const op of this.freeLeft()) {
      const key = leftKey(op);
      const other = key === undefined ? undefined : candidates.get(key)?.shift();
      if (!other) continue;
      this.join(op, other);
      joined = true;
    }
    return joined;
  }
}

/** Whether an op neither uses a value of anyone nor is used. */
export const isLoose = (op: Op, graph: BlockGraph): boolean =>
  namedOperands(op).length === 0 && (graph.usesOf.get(op.id) ?? []).length === 0;

function groupedBy<Key>(ops: readonly Op[], keyOf: (op: Op) => Key): ReadonlyMap<Key, Op[]> {
  const groups = new Map<Key, Op[]>();
  for (const op of ops) {
    const key = keyOf(op);
    const group = groups.get(key);
    if (group) group.push(op);
    else groups.set(key, [op]);
  }
  return groups;
}
