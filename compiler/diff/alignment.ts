import type { Registry } from "../define/dialect.ts";
import { type BlockId, type Op, typeOf, type ValueId } from "../ir/module.ts";
import { type Aligned, align } from "./align.ts";
import { type BlockGraph, blockGraph } from "./block-graph.ts";
import { fingerprints, Numbering } from "./fingerprints.ts";
import { Pairing } from "./pairing.ts";
import type { Side, Spelling } from "./spelling.ts";
import { pairSymbols } from "./symbols.ts";

/** One side of a comparison. */
export interface Compared {
  readonly side: Side;
  readonly spelling: Spelling;
}

/** Which blocks, ops and values of two ops are each other's, all the way down. */
export class Alignment {
  /** Left values that have become right ones. */
  readonly values = new Map<ValueId, ValueId>();
  readonly #pairings = new Map<BlockId, Pairing>();
  readonly #numbering = new Numbering();
  readonly #left: Compared;
  readonly #right: Compared;
  readonly #registry: Registry;

  constructor(left: Compared, right: Compared, registry: Registry) {
    this.#left = left;
    this.#right = right;
    this.#registry = registry;
  }

  /** The pairing of a left block; undefined where the right side has none in its place. */
  pairingOf(left: BlockId): Pairing | undefined {
    return this.#pairings.get(left);
  }

  /** Aligns what is inside two ops. Blocks are each other's by their place. */
  inside(left: Op, right: Op): void {
    const found: Pairing[] = [];
    for (const [i, region] of left.regions.entries())
      for (const [j, block] of region.entries()) {
        const other = right.regions[i]?.[j];
        if (other !== undefined) found.push(this.#open(block, other));
      }
    for (const pairing of found) this.#align(pairing);
    for (const pairing of found)
      for (const op of pairing.left.ops) {
        const other = pairing.rightOf(op);
        if (other && op.regions.length > 0) this.inside(op, other);
      }
  }

  #open(left: BlockId, right: BlockId): Pairing {
    const [from, to] = [this.#left.side, this.#right.side];
    const pairing = new Pairing(blockGraph(from.module, left), blockGraph(to.module, right), this.values);
    for (const [a, b] of pairSymbols(from, to, { left, right }, this.#registry)) pairing.join(a, b);
    this.#pairings.set(left, pairing);
    return pairing;
  }

  #align(pairing: Pairing): void {
    const rightValues = new Set(this.values.values());
    align(
      pairing,
      this.#aligned(this.#left, pairing.left, (value) => this.values.get(value)),
      this.#aligned(this.#right, pairing.right, (value) => (rightValues.has(value) ? value : undefined)),
    );
  }

  /** A value of another block is known by what it has become, or by its type as long as that is open. */
  #aligned(
    { side: { module }, spelling }: Compared,
    graph: BlockGraph,
    image: (value: ValueId) => ValueId | undefined,
  ): Aligned {
    const leaf = (value: ValueId) => `outer ${image(value) ?? spelling.type(typeOf(module, value))}`;
    const prints = fingerprints({ module, graph, spelling, numbering: this.#numbering, leaf });
    return { spelling, prints };
  }
}
