import { diffArrays } from "diff";
import type { Op, OpId } from "../ir/module.ts";
import type { Difference } from "./difference.ts";
import type { Pairing } from "./pairing.ts";

/** The left ops with effects that stand elsewhere among the ops with effects on the right. */
export function displaced(pairing: Pairing, hasEffects: (op: Op) => boolean): ReadonlySet<OpId> {
  const left = pairing.left.ops.filter((op) => hasEffects(op) && pairing.rightOf(op));
  const right = pairing.right.ops.flatMap((op) => {
    const other = pairing.leftOf(op);
    return other && hasEffects(other) ? [other.id] : [];
  });
  const changes = diffArrays(
    left.map(({ id }) => id),
    right,
  );
  return new Set(changes.flatMap(({ removed, value }) => (removed ? value : [])));
}

/** What is said of each op of two blocks. */
export interface Account {
  removed(left: Op): readonly Difference[];
  added(right: Op): readonly Difference[];
  kept(left: Op, right: Op): readonly Difference[];
}

/** Goes through both blocks in the order of the right one; what was removed comes before what it stood before. */
export function inOrder(pairing: Pairing, account: Account): readonly Difference[] {
  const differences: Difference[] = [];
  const told = new Set<OpId>();
  const place = new Map(pairing.left.ops.map((op, i) => [op.id, i]));
  let next = 0;
  const tellRemovedBefore = (end: number) => {
    for (; next < end; next++) {
      const op = pairing.left.ops[next]!;
      if (pairing.rightOf(op) || told.has(op.id)) continue;
      told.add(op.id);
      differences.push(...account.removed(op));
    }
  };
  for (const op of pairing.right.ops) {
    const other = pairing.leftOf(op);
    if (other) tellRemovedBefore(place.get(other.id)!);
    differences.push(...(other ? account.kept(other, op) : account.added(op)));
  }
  tellRemovedBefore(pairing.left.ops.length);
  return differences;
}
