import { blockAt, type Module, type Op, type OpId, opAt, resultsOf, type ValueId } from "../ir/module.ts";
import { type BlockGraph, namedOperands } from "./block-graph.ts";
import type { Spelling } from "./spelling.ts";

/** Gives equal texts equal numbers, so that long keys are hashed once. One serves both sides. */
export class Numbering {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, known);
    return known;
  }
}

/** Numbers by op that are equal where ops look alike, whatever their values are called and in whatever order they stand. */
export interface Fingerprints {
  /** What an op computes: itself, its result types and everything it is computed from. */
  readonly origin: ReadonlyMap<OpId, number>;
  /** What becomes of an op: itself without its types, and everything that is computed from it. */
  readonly fate: ReadonlyMap<OpId, number>;
  readonly both: ReadonlyMap<OpId, number>;
  /** As `both`, seen once more from there, which tells equal ops apart by the company they keep. */
  readonly refined: ReadonlyMap<OpId, number>;
}

interface Seen {
  readonly module: Module;
  readonly graph: BlockGraph;
  readonly spelling: Spelling;
  readonly numbering: Numbering;
  /** Names a value that no op of the block defines. */
  leaf(value: ValueId): string;
}

/** The fingerprints of the ops directly in a block. */
export function fingerprints(seen: Seen): Fingerprints {
  const { graph, spelling, numbering } = seen;
  const labels = new Map(graph.ops.map((op) => [op.id, numbering.of(spelling.label(op))]));
  const typed = new Map(
    graph.ops.map((op) => [op.id, numbering.of(`${labels.get(op.id)}:${spelling.resultTypes(op).join()}`)]),
  );
  const first = sweep(seen, typed, labels);
  const second = sweep(seen, first.both, first.both);
  return { ...first, refined: second.both };
}

function sweep(
  seen: Seen,
  downwards: ReadonlyMap<OpId, number>,
  upwards: ReadonlyMap<OpId, number>,
): Omit<Fingerprints, "refined"> {
  const { graph, numbering } = seen;
  const origin = new Map<OpId, number>();
  const classOf = (value: ValueId): string => {
    const definer = graph.definerOf.get(value);
    // An op that is defined later, as in graph regions, lends nothing.
    return definer ? `${origin.get(definer.op.id) ?? "later"}.${definer.result}` : seen.leaf(value);
  };
  for (const op of graph.ops) {
    const operands = namedOperands(op).map(({ slot, value }) => `${slot}=${classOf(value)}`);
    const inside = regionText(op, seen, classOf);
    origin.set(op.id, numbering.of(`origin ${downwards.get(op.id)}(${operands.join()})${inside}`));
  }
  const fate = new Map<OpId, number>();
  for (const op of graph.ops.toReversed()) {
    const uses = graph.usesOf
      .get(op.id)!
      .map(({ result, slot, user }) => `${result}>${slot}=${fate.get(user.id) ?? "earlier"}`);
    fate.set(op.id, numbering.of(`fate ${upwards.get(op.id)}(${uses.toSorted().join()})`));
  }
  const both = new Map(
    graph.ops.map(({ id }) => [id, numbering.of(`both ${origin.get(id)} ${fate.get(id)}`)] as const),
  );
  return { origin, fate, both };
}

/** The regions of an op as text in which values are numbered; outer values are as `outer` says. */
function regionText(op: Op, { module, spelling }: Seen, outer: (value: ValueId) => string): string {
  if (op.regions.length === 0) return "";
  const numbers = new Map<ValueId, number>();
  const define = (values: readonly ValueId[]) => {
    for (const value of values) numbers.set(value, numbers.size);
  };
  const textOf = (inner: Op): string => {
    const operands = namedOperands(inner).map(
      ({ slot, value }) => `${slot}=${numbers.has(value) ? `#${numbers.get(value)}` : outer(value)}`,
    );
    define(resultsOf(inner));
    const types = spelling.resultTypes(inner).join();
    return `${spelling.label(inner)}(${operands.join()})${regionsOf(inner)}:${types}`;
  };
  const regionsOf = (owner: Op): string =>
    owner.regions
      .map((region) => {
        for (const block of region) define(blockAt(module, block).arguments);
        const blocks = region.map((block) =>
          blockAt(module, block)
            .ops.map((id) => textOf(opAt(module, id)))
            .join(";"),
        );
        return `{${blocks.join("|")}}`;
      })
      .join();
  return regionsOf(op);
}
