import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, topLevel } from "../../../compiler/ir/module.ts";
import { symbolTables } from "../../../compiler/ir/symbols.ts";
import { derivedSeed } from "../../../compiler/numeric/random.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { hadamard } from "../kinds.ts";
import { def } from "../ops.ts";
import { hadamardFactors } from "../transforms/hadamard-matrix.ts";

/** How Hadamard transforms are chosen. */
export interface Hadamards {
  readonly block: number | undefined;
  readonly seed: number | undefined;
}

/** The transforms a pass makes, under names that are free, to be defined in front of everything else. */
export class TransformNames {
  readonly #taken: Set<string>;
  readonly #made = new Map<string, { readonly size: number; readonly seed: number | undefined }>();
  /** Names by what they stand for, so that equal transforms of one purpose are one. */
  readonly #known = new Map<string, string>();

  constructor(module: Module) {
    this.#taken = new Set(symbolTables(module).get(module.root)?.keys());
  }

  /**
   * The Hadamard transform of so many channels: of all of them, or in blocks, which are the largest power of two that
   * divides them where there is no Hadamard matrix of all. Each has signs of its own.
   */
  hadamard(purpose: string, channels: number, { block, seed }: Hadamards): string {
    const size = blockSize(channels, block);
    const key = `${purpose} ${size}`;
    const known = this.#known.get(key);
    if (known !== undefined && purpose !== "r1") return known;
    const name = this.#free(purpose);
    this.#known.set(key, name);
    this.#made.set(name, { size, seed: seed === undefined ? undefined : derivedSeed(seed, name) });
    return name;
  }

  #free(purpose: string): string {
    let name = purpose;
    for (let count = 2; this.#taken.has(name); count++) name = `${purpose}_${count}`;
    this.#taken.add(name);
    return name;
  }

  /** The module with the definitions at its start. */
  defineIn(module: Module): Module {
    const [first] = topLevel(module);
    if (!first) return module;
    const editor = new Editor(module);
    const prov = { kind: "dictionary", entries: { pass: stringAttribute("rotate") } } as const;
    for (const [name, { size, seed }] of this.#made)
      editor.insertBefore(
        { ...first, span: undefined },
        def,
        {},
        { sym_name: name, transform: hadamard.of({ size, seed }), prov },
      );
    return editor.commit();
  }
}

/** How many channels are rotated together. */
export function blockSize(channels: number, block: number | undefined): number {
  if (block !== undefined) return Math.min(block, channels);
  if (hadamardFactors(channels)) return channels;
  let power = 1;
  while (channels % (2 * power) === 0) power *= 2;
  return power;
}
