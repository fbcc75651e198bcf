import type { Registry } from "../define/dialect.ts";
import { type BlockId, blockAt, type Module, type Op, opAt } from "../ir/module.ts";
import { symbolNameOf } from "../ir/symbols.ts";
import { blockGraph } from "./block-graph.ts";
import { fingerprints, Numbering } from "./fingerprints.ts";
import { type Side, Spelling } from "./spelling.ts";

/** Ops of two blocks that define the same symbol, or one that was renamed. */
export type SymbolPair = readonly [left: Op, right: Op];

/**
 * Joins the ops of two blocks that define symbols: those of the same name and kind; then those of other
 * names whose contents are equal; then those with regions whose attributes are, as functions of one type
 * are, if there is one such op on each side.
 */
export function pairSymbols(
  left: Side,
  right: Side,
  blocks: { readonly left: BlockId; readonly right: BlockId },
  registry: Registry,
): readonly SymbolPair[] {
  const [lefts, rights] = [definersIn(left.module, blocks.left), definersIn(right.module, blocks.right)];
  const pairs: SymbolPair[] = [];
  const join = (leftKey: KeyOf, rightKey: KeyOf, unique: boolean) => {
    const free = (ops: readonly Op[], side: 0 | 1) =>
      ops.filter((op) => !pairs.some((pair) => pair[side] === op));
    const [freeLeft, freeRight] = [free(lefts, 0), free(rights, 1)];
    for (const op of freeLeft) {
      const key = leftKey(op);
      const same = freeRight.filter((other) => key !== undefined && rightKey(other) === key);
      const other = same.find((each) => !pairs.some(([, taken]) => taken === each));
      const rivals = freeLeft.filter((each) => leftKey(each) === key).length;
      if (other && (!unique || (same.length === 1 && rivals === 1))) pairs.push([op, other]);
    }
  };
  const byName: KeyOf = (op) => `${op.name} @${symbolNameOf(op)}`;
  join(byName, byName, false);
  const numbering = new Numbering();
  join(
    contentsIn(left, blocks.left, registry, numbering),
    contentsIn(right, blocks.right, registry, numbering),
    false,
  );
  join(shapeIn(left, registry), shapeIn(right, registry), true);
  return pairs;
}

type KeyOf = (op: Op) => string | undefined;

const definersIn = (module: Module, block: BlockId): readonly Op[] =>
  blockAt(module, block)
    .ops.map((id) => opAt(module, id))
    .filter((op) => symbolNameOf(op) !== undefined);

function contentsIn(side: Side, block: BlockId, registry: Registry, numbering: Numbering): KeyOf {
  const graph = blockGraph(side.module, block);
  const spelling = new Spelling(side, registry);
  const { origin } = fingerprints({ module: side.module, graph, spelling, numbering, leaf: () => "outer" });
  return (op) => String(origin.get(op.id));
}

function shapeIn(side: Side, registry: Registry): KeyOf {
  const spelling = new Spelling(side, registry);
  return (op) => (op.regions.length > 0 ? spelling.label(op) : undefined);
}
