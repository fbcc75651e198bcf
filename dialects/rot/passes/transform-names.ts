import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, topLevel, walk } from "../../../compiler/ir/module.ts";
import { symbolTables } from "../../../compiler/ir/symbols.ts";
import { f64, tensorType } from "../../../compiler/ir/types.ts";
import { transpose } from "../../../compiler/numeric/matrix.ts";
import { derivedSeed } from "../../../compiler/numeric/random.ts";
import { symmetricEigen } from "../../../compiler/numeric/symmetric-eigen.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { packDense } from "../../lowp/dense.ts";
import { dense as denseKind, hadamard, product as productKind } from "../kinds.ts";
import { apply, def } from "../ops.ts";
import { product } from "../transforms/composite.ts";
import { dense } from "../transforms/dense.ts";
import { hadamard as hadamardTransform } from "../transforms/hadamard.ts";
import { hadamardFactors } from "../transforms/hadamard-matrix.ts";
import type { Transform } from "../transforms/transform.ts";

/** How Hadamard transforms are chosen. */
export interface Hadamards {
  readonly block: number | undefined;
  readonly seed: number | undefined;
}

/** A Hadamard transform, behind an orthogonal basis f64[size, size] where there is one. */
interface Made {
  readonly size: number;
  readonly seed: number | undefined;
  readonly basis: Float64Array | undefined;
}

/** The transforms a pass makes, under names that are free, to be defined in front of everything else. */
export class TransformNames {
  readonly #taken: Set<string>;
  readonly #made = new Map<string, Made>();
  /** Names by what they stand for, so that equal transforms of one purpose are one. */
  readonly #known = new Map<string, string>();

  readonly #hadamards: Hadamards;
  /** What was asked for and cannot be. */
  readonly problems: Diagnostic[] = [];

  constructor(module: Module, hadamards: Hadamards) {
    this.#hadamards = hadamards;
    this.#taken = new Set(symbolTables(module).get(module.root)?.keys());
  }

  /**
   * The Hadamard transform of so many channels: of all of them, or in blocks, which are the largest power of two that
   * divides them where there is no Hadamard matrix of all. Each has signs of its own. With the second moment of the
   * channels, their principal axes come first: every channel then has the same mean square. (MambaQuant's KLT · H)
   */
  hadamard(purpose: string, channels: number, moment?: Float64Array): string {
    const { block, seed } = this.#hadamards;
    const size = blockSize(channels, block);
    if (channels % size !== 0)
      this.problems.push(
        error("block-size", `blocks of ${size} do not divide the ${channels} channels of ${purpose}`, {
          hint: "use a block that divides all extents, or leave block out",
        }),
      );
    const key = `${purpose} ${size}`;
    const known = this.#known.get(key);
    if (known !== undefined && purpose !== "r1" && !moment) return known;
    const name = this.#free(purpose);
    this.#known.set(key, name);
    const basis = moment && size === channels ? principalAxes(moment, size) : undefined;
    this.#made.set(name, { size, seed: seed === undefined ? undefined : derivedSeed(seed, name), basis });
    return name;
  }

  /** A transform by its name. */
  transformOf(name: string): Transform {
    const { size, seed, basis } = this.#made.get(name) ?? unreachable(`@${name} was made here`);
    const spread = hadamardTransform(size, seed);
    return basis ? product([dense(basis, size) ?? unreachable("axes are orthogonal"), spread]) : spread;
  }

  #free(purpose: string): string {
    let name = purpose;
    for (let count = 2; this.#taken.has(name); count++) name = `${purpose}_${count}`;
    this.#taken.add(name);
    return name;
  }

  /** The module with the definitions of those in use at its start. */
  defineIn(module: Module, constants: PassContext["constants"]): Module {
    const [first] = topLevel(module);
    if (!first) return module;
    const used = new Set(walk(module).flatMap((op) => (apply.is(op) ? [op.attributes.by.join("::")] : [])));
    const editor = new Editor(module);
    const prov = { kind: "dictionary", entries: { pass: stringAttribute("rotate") } } as const;
    const resources = { ...module.resources };
    const define = (name: string, transform: Attribute, value?: Attribute) =>
      editor.insertBefore({ ...first, span: undefined }, def, {}, { sym_name: name, transform, value, prov });
    for (const [name, { size, seed, basis }] of this.#made) {
      if (!used.has(name)) continue;
      const spread = hadamard.of({ size, seed });
      if (!basis) {
        define(name, spread);
        continue;
      }
      const type = tensorType([size, size], f64);
      const [axes, mixed] = [this.#free(`${name}_axes`), this.#free(`${name}_spread`)];
      resources[axes] = constants.add(packDense(basis, f64));
      define(axes, denseKind.of({ size, orthogonal: true }), { kind: "resource", key: axes, type });
      define(mixed, spread);
      define(name, productKind.of({ factors: [[axes], [mixed]] }));
    }
    editor.setResources(resources);
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

/** Columns are the eigenvectors of a second moment, the loudest first; undefined where it is not finite. */
export function principalAxes(moment: Float64Array, size: number): Float64Array | undefined {
  const eigen = symmetricEigen(moment, size);
  return eigen && transpose(eigen.vectors, size, size);
}
