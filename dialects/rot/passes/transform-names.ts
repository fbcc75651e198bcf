import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, topLevel, walk } from "../../../compiler/ir/module.ts";
import { symbolTables } from "../../../compiler/ir/symbols.ts";
import { f64, tensorType } from "../../../compiler/ir/types.ts";
import { transpose } from "../../../compiler/numeric/matrix.ts";
import { derivedSeed } from "../../../compiler/numeric/random.ts";
import { symmetricEigen } from "../../../compiler/numeric/symmetric-eigen.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { packDense } from "../../lowp/dense.ts";
import { apply, def } from "../ops.ts";
import { hadamardFactors } from "../transforms/hadamard-matrix.ts";
import type { Transform } from "../transforms/transform.ts";
import { factorSizes, type Kronecker, kroneckerFactors } from "./kronecker-factors.ts";
import {
  type DefinitionSink,
  definePlanned,
  type PlannedTransform,
  transformOf,
} from "./planned-transform.ts";

/** How transforms are chosen. */
export interface TransformChoice {
  readonly block: number | undefined;
  readonly seed: number | undefined;
}

/** The transforms a pass makes, under names that are free, to be defined in front of everything else. */
export class TransformNames {
  readonly #taken: Set<string>;
  readonly #made = new Map<string, PlannedTransform>();
  /** Names by what they stand for, so that equal transforms of one purpose are one. */
  readonly #known = new Map<string, string>();

  readonly #choice: TransformChoice;
  /** What was asked for and cannot be. */
  readonly problems: Diagnostic[] = [];

  constructor(module: Module, choice: TransformChoice) {
    this.#choice = choice;
    this.#taken = new Set(symbolTables(module).get(module.root)?.keys());
  }

  /**
   * The Hadamard transform of so many channels: of all of them, or in blocks, which are the largest power of two that
   * divides them where there is no Hadamard matrix of all. Each has signs of its own. With the second moment of the
   * channels, their principal axes come first: every channel then has the same mean square. (MambaQuant's KLT · H)
   */
  hadamard(purpose: string, channels: number, moment?: Float64Array): string {
    const size = blockSize(channels, this.#choice.block);
    if (channels % size !== 0)
      this.problems.push(
        error("block-size", `blocks of ${size} do not divide the ${channels} channels of ${purpose}`, {
          hint: "use a block that divides all extents, or leave block out",
        }),
      );
    const isShared = purpose !== "r1" && !moment;
    return this.#named(`${purpose} ${size}`, purpose, isShared, (name): PlannedTransform => {
      const spread = { kind: "hadamard", size, seed: this.#seedOf(name) } as const;
      const matrix = moment && size === channels ? principalAxes(moment, size) : undefined;
      if (!matrix) return spread;
      const axes = { kind: "dense", size, matrix, isOrthogonal: true } as const;
      return {
        kind: "product",
        parts: [
          { suffix: "axes", transform: axes },
          { suffix: "spread", transform: spread },
        ],
      };
    });
  }

  /** A Kronecker product of two small transforms of so many channels; a problem where they have no such factors. */
  kronecker(purpose: string, channels: number, how: Kronecker, moment?: Float64Array): string {
    const sizes = factorSizes(channels, how);
    const isShared = how.kind !== "klt";
    return this.#named(`${purpose} ${channels} ${how.kind}`, purpose, isShared, (name) => {
      const seedOf = (suffix: string) =>
        this.#seedOf(`${name}_${suffix}`, how.kind === "random" ? 0 : undefined);
      const planned = sizes && kroneckerFactors(sizes, how, { moment, seedOf });
      if (planned) return planned;
      this.problems.push(sizes ? notFinite(purpose) : noFactors(purpose, channels, how));
      return { kind: "random", size: channels, seed: 0 }; // never defined, as there are problems
    });
  }

  /** A transform by its name. */
  transformOf(name: string): Transform {
    return transformOf(this.#made.get(name) ?? unreachable(`@${name} was made here`));
  }

  #named(key: string, purpose: string, isShared: boolean, plan: (name: string) => PlannedTransform): string {
    const known = this.#known.get(key);
    if (known !== undefined && isShared) return known;
    const name = this.#free(purpose);
    this.#known.set(key, name);
    this.#made.set(name, plan(name));
    return name;
  }

  #seedOf(name: string, otherwise?: number): number | undefined {
    const seed = this.#choice.seed ?? otherwise;
    return seed === undefined ? undefined : derivedSeed(seed, name);
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
    const sink: DefinitionSink = {
      free: (name) => this.#free(name),
      define(name, transform, matrix) {
        if (matrix) resources[name] = constants.add(packDense(matrix.data, f64));
        const type = matrix && tensorType([matrix.size, matrix.size], f64);
        const value = type && ({ kind: "resource", key: name, type } as const);
        const attributes = { sym_name: name, transform, value, prov };
        editor.insertBefore({ ...first, span: undefined }, def, {}, attributes);
      },
    };
    for (const [name, planned] of this.#made) if (used.has(name)) definePlanned(name, planned, sink);
    editor.setResources(resources);
    return editor.commit();
  }
}

const noFactors = (purpose: string, channels: number, { kind, outer }: Kronecker): Diagnostic => {
  const what = kind === "random" ? "two sizes above 1" : "two sizes that have a Hadamard matrix";
  const wanted = outer === undefined ? "" : `, the outer being ${outer}`;
  return error(
    "kronecker-size",
    `the ${channels} channels of ${purpose} are no product of ${what}${wanted}`,
    {
      hint: kind === "random" ? "leave kronecker out" : "use kronecker = random, or leave kronecker out",
    },
  );
};

const notFinite = (purpose: string): Diagnostic =>
  error("calibration-range", `the inputs of ${purpose} in the calibration run are not finite`, {
    hint: "look for overflow in the program, or calibrate on other data",
  });

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
