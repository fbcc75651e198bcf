import {
  type Block,
  type BlockId,
  type Module,
  type OpId,
  opAt,
  resultsOf,
  type ValueId,
  valueAt,
} from "../ir/module.ts";
import { earlyUses } from "./early-uses.ts";

/** How a region's names relate to those around it. */
export type Visibility =
  /** It sees no outer value, so its names start anew. */
  | "isolated"
  /** It sees the outer values; its own names end with it. */
  | "nested"
  /** Its entry arguments were named in the head of its op. */
  | "named";

/** How a module's text shows each op, those inside it included, and what it calls each value, sigil included. */
export interface PrintedParts {
  readonly ops: ReadonlyMap<OpId, string>;
  readonly values: ReadonlyMap<ValueId, string>;
}

interface Names {
  readonly values: Map<ValueId, string>;
  readonly taken: Set<string>;
  next: number;
}
const noNames = (): Names => ({ values: new Map(), taken: new Set(), next: 0 });

interface Visible {
  readonly names: Names;
  readonly labels: ReadonlyMap<BlockId, string>;
}

/** Names for printing: those of the source where there are any, made unique among what is visible. */
export class PrintedNames {
  readonly #module: Module;
  readonly #early: ReadonlySet<ValueId>;
  /** The names given so far. */
  readonly given = new Map<ValueId, string>();
  #visible: Visible = { names: noNames(), labels: new Map() };

  constructor(module: Module) {
    this.#module = module;
    this.#early = earlyUses(module);
  }

  value(value: ValueId): string {
    const { names } = this.#visible;
    const known = names.values.get(value);
    if (known !== undefined) return known;
    const hint = valueAt(this.#module, value).name;
    let name = hint === undefined ? `%${names.next++}` : `%${hint}`;
    for (let n = 0; names.taken.has(name); n++)
      name = hint === undefined ? `%${names.next++}` : `%${hint}_${n}`;
    names.taken.add(name);
    names.values.set(value, name);
    this.given.set(value, name);
    return name;
  }

  label(block: BlockId): string {
    return this.#visible.labels.get(block) ?? "^unknown";
  }

  /** Names of their own while `print` runs. */
  apart(print: () => string): string {
    const outer = this.#visible;
    this.#visible = { ...outer, names: noNames() };
    const text = print();
    this.#visible = outer;
    return text;
  }

  /** The names of a region while `print` runs. */
  within(blocks: readonly Block[], visibility: Visibility, print: () => string): string {
    const outer = this.#visible;
    const { values, taken, next } = outer.names;
    const names =
      visibility === "isolated"
        ? noNames()
        : visibility === "named"
          ? outer.names
          : { values: new Map(values), taken: new Set(taken), next };
    this.#visible = { names, labels: labelsOf(blocks) };
    this.nameEarlyUses(blocks);
    const text = print();
    this.#visible = outer;
    return text;
  }

  /** What a nested region uses before its definition is printed must have its name by then. */
  nameEarlyUses(blocks: readonly Block[]): void {
    if (this.#early.size === 0) return;
    for (const block of blocks) {
      const results = block.ops.flatMap((id) => resultsOf(opAt(this.#module, id)));
      for (const value of [...block.arguments, ...results]) if (this.#early.has(value)) this.value(value);
    }
  }
}

/** Written labels where there are any and they are unique, else `^bb0`, `^bb1`, … */
function labelsOf(blocks: readonly Block[]): ReadonlyMap<BlockId, string> {
  const taken = new Set<string>();
  const labels = new Map<BlockId, string>();
  for (const [i, { id, name }] of blocks.entries()) {
    let label = `^${name ?? `bb${i}`}`;
    for (let n = i; taken.has(label); n++) label = `^bb${n}`;
    taken.add(label);
    labels.set(id, label);
  }
  return labels;
}
