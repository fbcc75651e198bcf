import { diffArrays } from "diff";
import { type Op, resultsOf, type ValueId } from "../ir/module.ts";
import { type BlockGraph, namedOperands } from "./block-graph.ts";
import type { Fingerprints } from "./fingerprints.ts";
import { isLoose, type Pairing } from "./pairing.ts";
import type { Spelling } from "./spelling.ts";

/** What one side of an alignment knows of its ops. */
export interface Aligned {
  readonly spelling: Spelling;
  readonly prints: Fingerprints;
}

/**
 * Finds for the ops of a block the ones they are in the other block, from the surest evidence to the weakest:
 * equal computations used alike, equal computations, equal fates; then, again and again, equal ops on joined
 * operands or with joined users, whatever their attributes or, last, their names; then equal ops in the same order.
 */
export function align(pairing: Pairing, left: Aligned, right: Aligned): void {
  const joinAlike = (print: keyof Fingerprints) =>
    pairing.joinByClass(left.prints[print], right.prints[print]);
  joinAlike("refined");
  joinAlike("both");
  // Where the end of a block has changed, its operands still tell apart what was computed alike for it.
  joinEnds(pairing);
  const origin = (side: Aligned) => (op: Op) => `${side.prints.origin.get(op.id)}`;
  while (joinOnUsers(pairing, origin(left), origin(right)));
  joinAlike("origin");
  joinAlike("fate");
  const labels = (side: Aligned) => (op: Op) => side.spelling.label(op);
  const nearby = () => {
    const [leftLabel, rightLabel] = [labels(left), labels(right)];
    const rounds = [
      () => joinOnOperands(pairing, leftLabel, rightLabel),
      () => joinOnOperands(pairing, nameOf, nameOf),
      () => joinOnUsers(pairing, leftLabel, rightLabel),
      () => joinOnUsers(pairing, nameOf, nameOf),
      () => joinOnOperands(pairing, resultCount, resultCount),
    ];
    while (rounds.some((round) => round()));
  };
  nearby();
  for (const [leftLabel, rightLabel] of [[labels(left), labels(right)] as const, [nameOf, nameOf] as const]) {
    joinInOrder(pairing, leftLabel, rightLabel);
    nearby();
  }
}

/** Joins the last ops of the blocks where they are of one name. */
function joinEnds(pairing: Pairing): void {
  const [left, right] = [pairing.left.ops.at(-1), pairing.right.ops.at(-1)];
  if (!left || !right || left.name !== right.name || pairing.rightOf(left) || pairing.leftOf(right)) return;
  pairing.join(left, right);
}

type Label = (op: Op) => string;
const nameOf: Label = (op) => op.name;
/** An op that took the place of another one. */
const resultCount: Label = (op) => `${resultsOf(op).length} results`;

/** Joins ops whose operands are all joined. Without any, only the label speaks, so it must be more than a name. */
function joinOnOperands(pairing: Pairing, leftLabel: Label, rightLabel: Label): boolean {
  const key =
    (label: Label, image: (value: ValueId) => ValueId | undefined) =>
    (op: Op): string | undefined => {
      const operands = namedOperands(op).map(({ slot, value }) => [slot, image(value)] as const);
      if (operands.some(([, value]) => value === undefined)) return undefined;
      if (operands.length === 0 && (label === nameOf || label === resultCount)) return undefined;
      return `${label(op)}(${operands.map(([slot, value]) => (label === resultCount ? value : `${slot}=${value}`)).join()})`;
    };
  return pairing.joinByKey(
    key(leftLabel, (value) => pairing.values.get(value)),
    key(rightLabel, (value) => value),
  );
}

/** Joins ops whose users are all joined; there must be some. */
function joinOnUsers(pairing: Pairing, leftLabel: Label, rightLabel: Label): boolean {
  const key =
    (label: Label, graph: BlockGraph, image: (user: Op) => Op | undefined) =>
    (op: Op): string | undefined => {
      const uses = graph.usesOf.get(op.id) ?? [];
      const users = uses.map(({ result, slot, user }) => `${result}>${slot}=${image(user)?.id}`);
      if (users.length === 0 || uses.some(({ user }) => !image(user))) return undefined;
      return `${label(op)}(${users.toSorted().join()})`;
    };
  return pairing.joinByKey(
    key(leftLabel, pairing.left, (user) => pairing.rightOf(user)),
    key(rightLabel, pairing.right, (user) => (pairing.leftOf(user) ? user : undefined)),
  );
}

/** Joins along a longest common subsequence of what is left; by name alone only related ops. */
function joinInOrder(pairing: Pairing, leftLabel: Label, rightLabel: Label): void {
  const [left, right] = [pairing.freeLeft(), pairing.freeRight()];
  let [i, j] = [0, 0];
  for (const { count, added, removed } of diffArrays(left.map(leftLabel), right.map(rightLabel))) {
    if (!added && !removed)
      for (let k = 0; k < count; k++) {
        const [a, b] = [left[i + k]!, right[j + k]!];
        if (leftLabel !== nameOf || related(pairing, a, b)) pairing.join(a, b);
      }
    if (!added) i += count;
    if (!removed) j += count;
  }
}

/** Whether ops share an operand or a user, stand beside the same op, touch no value at all, or are alone in having their name. */
function related(pairing: Pairing, left: Op, right: Op): boolean {
  const operands = new Set(namedOperands(right).map(({ value }) => value));
  const users = new Set(pairing.right.usesOf.get(right.id)?.map(({ user }) => user));
  const beside = (step: -1 | 1): boolean => {
    const a = pairing.left.ops[pairing.left.ops.indexOf(left) + step];
    const b = pairing.right.ops[pairing.right.ops.indexOf(right) + step];
    return a !== undefined && pairing.rightOf(a) === b;
  };
  return (
    namedOperands(left).some(({ value }) => operands.has(pairing.values.get(value) ?? (-1 as ValueId))) ||
    (pairing.left.usesOf.get(left.id) ?? []).some(({ user }) => users.has(pairing.rightOf(user) ?? left)) ||
    (isLoose(left, pairing.left) && isLoose(right, pairing.right)) ||
    [pairing.freeLeft(), pairing.freeRight()].every(
      (free) => free.filter(({ name }) => name === left.name).length === 1,
    ) ||
    beside(-1) ||
    beside(1)
  );
}
