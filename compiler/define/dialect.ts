import { type Diagnostic, unreachable } from "../diagnostics/diagnostic.ts";
import type { Module, Op } from "../ir/module.ts";
import type { DialectType, Type } from "../ir/types.ts";
import type { FloatTensor } from "../numeric/tensor.ts";
import type { CompositeValue, Kernel, Precision, RuntimeValue } from "./kernel.ts";
import type { AnyOp, Mismatch } from "./op.ts";
import type { AnyPass } from "./pass.ts";
import type { RewritePattern } from "./pattern.ts";
import type { Recipe } from "./recipe.ts";
import type { WeightSolver } from "./solver.ts";
import type { AnyParametric } from "./type.ts";

/** How folded values become ops again. One dialect provides it. */
export interface ConstantMaterializer {
  readonly op: AnyOp;
  /** The value of an op of that kind. */
  valueOf(op: Op): RuntimeValue | undefined;
  /** Attributes of the op that yields `value` as `type`; undefined if it cannot be written down. */
  attributesFor(value: RuntimeValue, type: Type): Readonly<Record<string, unknown>> | undefined;
}

/**
 * How values of a dialect's types are made from numbers and read as numbers, for those who run a module from
 * outside and know no type.
 */
export interface NumberCodec {
  /** The nearest value of a type. */
  encode(numbers: FloatTensor, type: DialectType): CompositeValue | Mismatch;
  decode(value: CompositeValue, precision: Precision): FloatTensor | Mismatch;
  /** Bytes in storage. */
  byteLength(value: CompositeValue): number;
}

/** Everything a dialect contributes. Deleting its folder and its line in dialects/index.ts removes it. */
export interface Dialect {
  readonly name: string;
  readonly summary: string;
  readonly ops?: readonly AnyOp[];
  readonly types?: readonly AnyParametric[];
  readonly attributes?: readonly AnyParametric[];
  readonly canonicalizations?: readonly RewritePattern[];
  readonly passes?: readonly AnyPass[];
  readonly kernels?: readonly Kernel[];
  readonly recipes?: readonly Recipe[];
  readonly solvers?: readonly WeightSolver[];
  readonly constants?: ConstantMaterializer;
  readonly numbers?: NumberCodec;
  /** Laws on a whole module whose ops are well-formed one by one. */
  laws?(module: Module, registry: Registry): readonly Diagnostic[];
}

export const defineDialect = (dialect: Dialect): Dialect => dialect;

/** All that is known, by name. */
export interface Registry {
  readonly dialects: readonly Dialect[];
  readonly passes: readonly AnyPass[];
  readonly recipes: readonly Recipe[];
  readonly solvers: readonly WeightSolver[];
  op(name: string): AnyOp | undefined;
  /** By the word that stands for the op in pretty form; every op name is one. */
  keyword(word: string): AnyOp | undefined;
  type(name: string): AnyParametric | undefined;
  attribute(name: string): AnyParametric | undefined;
  kernel(op: string): Kernel | undefined;
  /** For the dialect types that can be made from numbers. */
  numbers(type: Type): NumberCodec | undefined;
  readonly opNames: readonly string[];
  readonly constants: ConstantMaterializer | undefined;
}

export function createRegistry(dialects: readonly Dialect[], genericPasses: readonly AnyPass[]): Registry {
  const ops = byName(dialects, (dialect) => dialect.ops);
  const types = byName(dialects, (dialect) => dialect.types);
  const attributes = byName(dialects, (dialect) => dialect.attributes);
  const kernels = new Map(
    dialects.flatMap((d) => (d.kernels ?? []).map((kernel) => [kernel.op.name, kernel])),
  );
  const keywords = new Map([...ops.values()].map((op) => [op.spec.keyword ?? op.name, op]));
  return {
    dialects,
    passes: [...genericPasses, ...dialects.flatMap((dialect) => dialect.passes ?? [])],
    recipes: dialects.flatMap((dialect) => dialect.recipes ?? []),
    solvers: dialects.flatMap((dialect) => dialect.solvers ?? []),
    op: (name) => ops.get(name),
    keyword: (word) => keywords.get(word) ?? ops.get(word),
    type: (name) => types.get(name),
    attribute: (name) => attributes.get(name),
    kernel: (op) => kernels.get(op),
    numbers: (type) =>
      type.kind === "dialect"
        ? dialects.find(({ name }) => type.name.startsWith(`${name}.`))?.numbers
        : undefined,
    opNames: [...ops.keys()],
    constants: dialects.find((dialect) => dialect.constants)?.constants,
  };
}

function byName<T extends { readonly name: string }>(
  dialects: readonly Dialect[],
  contents: (dialect: Dialect) => readonly T[] | undefined,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const dialect of dialects)
    for (const item of contents(dialect) ?? []) {
      if (!item.name.startsWith(`${dialect.name}.`))
        unreachable(`${item.name} is registered by dialect ${dialect.name}`);
      if (found.has(item.name)) unreachable(`${item.name} is registered twice`);
      found.set(item.name, item);
    }
  return found;
}
