import type { Registry } from "../define/dialect.ts";
import { hasTrait } from "../define/op.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import { type BlockId, blockAt, type Op, opAt, typeOf } from "../ir/module.ts";
import { symbolNameOf } from "../ir/symbols.ts";
import { printParts } from "../text/print.ts";
import { Alignment } from "./alignment.ts";
import { detailsOf, type Seen } from "./details.ts";
import type { Detail, Difference } from "./difference.ts";
import { displaced, inOrder } from "./order.ts";
import type { Pairing } from "./pairing.ts";
import { type Side, Spelling } from "./spelling.ts";
import { pairSymbols } from "./symbols.ts";

/**
 * What must change in `left` to make it `right`; nothing if they are the same program. Names of values,
 * resource keys, aliases, locations and the order of ops without effects do not count; the bytes of weights
 * do, by their digest. Where several accounts are possible, one is given, always the same one.
 *
 * Ops that are equal in everything, the ops around them included, are told apart by their order; so two
 * modules with several dead ops of that kind may be called different where a cleverer pairing finds them equal.
 */
export function diffModules(left: Side, right: Side, registry: Registry): readonly Difference[] {
  const [leftRoot, rightRoot] = [left, right].map(({ module }) => opAt(module, module.root)) as [Op, Op];
  const blocks = { left: leftRoot.regions[0]![0]!, right: rightRoot.regions[0]![0]! };
  const renamed = new Map<string, string>();
  for (const [a, b] of pairSymbols(left, right, blocks, registry))
    if (symbolNameOf(a) !== symbolNameOf(b)) renamed.set(symbolNameOf(a)!, symbolNameOf(b)!);
  const seen = {
    left: seenFrom(left, new Spelling(left, registry, renamed), registry),
    right: seenFrom(right, new Spelling(right, registry), registry),
  };
  const alignment = new Alignment(seen.left, seen.right, registry);
  alignment.inside(leftRoot, rightRoot);
  return new Comparison(seen, alignment, registry).ops(leftRoot, rightRoot, []);
}

function seenFrom(side: Side, spelling: Spelling, registry: Registry): Seen {
  const { ops, values } = printParts(side.module, registry);
  const headOf = (text: string) => text.split("\n", 1)[0]!.replace(/ \(?\{$/, "");
  return {
    side,
    spelling,
    nameOf: (value) => values.get(value) ?? unreachable(`value ${value} was not printed`),
    mention: (op) => ({ op, text: headOf(ops.get(op.id) ?? op.name) }),
  };
}

class Comparison {
  readonly #seen: { readonly left: Seen; readonly right: Seen };
  readonly #registry: Registry;
  readonly #alignment: Alignment;

  constructor(seen: { readonly left: Seen; readonly right: Seen }, alignment: Alignment, registry: Registry) {
    this.#seen = seen;
    this.#alignment = alignment;
    this.#registry = registry;
  }

  /** How two ops differ in themselves, then what differs inside them. */
  ops(left: Op, right: Op, within: readonly string[], moved = false): readonly Difference[] {
    const { left: from, right: to } = this.#seen;
    const details = [
      ...detailsOf(left, right, this.#seen, this.#alignment.values),
      ...this.#regionDetails(left, right),
    ];
    const symbol = symbolNameOf(right);
    const inner = symbol === undefined ? within : [...within, symbol];
    const inside = left.regions.flat().flatMap((block) => {
      const pairing = this.#alignment.pairingOf(block);
      return pairing ? this.#blocks(pairing, inner) : [];
    });
    if (details.length === 0 && !moved) return inside;
    const kind = details.length > 0 ? "changed" : "moved";
    // What defines a symbol is told by it; the text of a weight or a function would say everything twice.
    const mention = (op: Op, seen: Seen) =>
      symbolNameOf(op) === undefined ? seen.mention(op) : { op, text: `${op.name} @${symbolNameOf(op)}` };
    return [{ kind, within, left: mention(left, from), right: mention(right, to), details }, ...inside];
  }

  #regionDetails(left: Op, right: Op): readonly Detail[] {
    const countsOf = (op: Op) => op.regions.map((region) => `${region.length} blocks`).join(", ");
    const [a, b] = [countsOf(left), countsOf(right)];
    if (a !== b) return [{ kind: "regions", key: "regions", left: a || "none", right: b || "none" }];
    // The type of a function says what its first block takes.
    const form = this.#registry.op(right.name)?.spec.form;
    return left.regions.flatMap((region, i) =>
      region.flatMap((block, j) =>
        form === "function" && j === 0 ? [] : this.#argumentDetails(block, right.regions[i]![j]!),
      ),
    );
  }

  #argumentDetails(left: BlockId, right: BlockId): readonly Detail[] {
    const typesOf = ({ side, spelling }: Seen, block: BlockId) =>
      blockAt(side.module, block).arguments.map((value) => spelling.type(typeOf(side.module, value)));
    const [lefts, rights] = [typesOf(this.#seen.left, left), typesOf(this.#seen.right, right)];
    return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, i) => i)
      .filter((i) => lefts[i] !== rights[i])
      .map((i) => ({ kind: "argument", key: `argument ${i}`, left: lefts[i], right: rights[i] }));
  }

  #blocks(pairing: Pairing, within: readonly string[]): readonly Difference[] {
    const { left, right } = this.#seen;
    const moved = displaced(pairing, (op) => this.#hasEffects(op));
    return inOrder(pairing, {
      removed: (op) => [{ kind: "removed", within, left: left.mention(op) }],
      added: (op) => [{ kind: "added", within, right: right.mention(op) }],
      kept: (a, b) => this.ops(a, b, within, moved.has(a.id)),
    });
  }

  /** Whether the place of an op among others of its kind may matter; symbols are found wherever they stand. */
  #hasEffects(op: Op): boolean {
    const definition = this.#registry.op(op.name);
    if (symbolNameOf(op) !== undefined) return false;
    return !definition || !(hasTrait(definition, "pure") || hasTrait(definition, "terminator"));
  }
}
