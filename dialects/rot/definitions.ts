import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { Attribute } from "../../compiler/ir/attributes.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { Op } from "../../compiler/ir/module.ts";
import { attributesOf } from "../../compiler/ir/module.ts";
import { type FloatType, f64, type IntegerType, i32, same, tensorType } from "../../compiler/ir/types.ts";
import * as kinds from "./kinds.ts";

export type SymbolLookup = (path: readonly string[]) => Op | undefined;

/** What a rot.def says; `value` is left out by kinds without numbers. */
export interface Definition {
  readonly sym_name: string;
  readonly transform: Attribute;
  readonly value?: Attribute | undefined;
}

/** What a map keeps: permutations keep everything but the order, orthogonal ones lengths and angles. */
export type Family = "permutation" | "orthogonal" | "any";

/** The definition behind a reference, or why there is none; `path` names those on the way to it. */
export function definitionAt(
  reference: readonly string[],
  symbol: SymbolLookup,
  path: readonly string[] = [],
): Definition | Mismatch {
  const name = reference.join("::");
  if (path.includes(name)) return mismatch("transform-cycle", `@${name} is made of itself`);
  const op = symbol(reference);
  if (op?.name !== "rot.def") return mismatch("symbol-kind", `@${name} is no transform`);
  return attributesOf(op) as unknown as Definition;
}

/** The references a transform is made of. */
export function partsOf(transform: Attribute): readonly (readonly string[])[] {
  if (kinds.kronecker.is(transform)) return [transform.parameters.outer, transform.parameters.inner];
  if (kinds.product.is(transform)) return transform.parameters.factors;
  if (kinds.blockDiagonal.is(transform)) return [transform.parameters.block];
  if (kinds.inverse.is(transform) || kinds.transpose.is(transform)) return [transform.parameters.of];
  return [];
}

/** How many channels a transform maps, or what is wrong with its parts. */
export function sizeOf(
  transform: Attribute,
  symbol: SymbolLookup,
  path: readonly string[] = [],
): number | Mismatch {
  const { hadamard, randomOrthogonal, dense, permutation, diagonal } = kinds;
  const leaf = [hadamard, randomOrthogonal, dense, permutation, diagonal].find((kind) => kind.is(transform));
  if (leaf?.is(transform)) return (transform.parameters as { readonly size: number }).size;
  const sizes: number[] = [];
  for (const reference of partsOf(transform)) {
    const definition = definitionAt(reference, symbol, path);
    if (isMismatch(definition)) return definition;
    const size = sizeOf(definition.transform, symbol, [...path, reference.join("::")]);
    if (isMismatch(size)) return size;
    sizes.push(size);
  }
  if (sizes.length === 0) return mismatch("transform-kind", "this attribute is no transform");
  if (kinds.kronecker.is(transform)) return sizes[0]! * sizes[1]!;
  if (kinds.blockDiagonal.is(transform)) return sizes[0]! * transform.parameters.count;
  const other = sizes.find((size) => size !== sizes[0]);
  return other === undefined
    ? sizes[0]!
    : mismatch("transform-size", `factors of a product map ${sizes[0]} and ${other} channels`);
}

/** What a well-formed transform keeps, without a look at its numbers. */
export function familyOf(transform: Attribute, symbol: SymbolLookup): Family {
  if (kinds.permutation.is(transform)) return "permutation";
  if (kinds.hadamard.is(transform) || kinds.randomOrthogonal.is(transform)) return "orthogonal";
  if (kinds.dense.is(transform)) return transform.parameters.orthogonal ? "orthogonal" : "any";
  const families = partsOf(transform).map((reference): Family => {
    const definition = definitionAt(reference, symbol);
    return isMismatch(definition) ? "any" : familyOf(definition.transform, symbol);
  });
  if (families.length === 0 || families.includes("any")) return "any";
  return families.includes("orthogonal") ? "orthogonal" : "permutation";
}

/** The type that the numbers of a kind have, where it has numbers. */
function numbersOf(
  transform: Attribute,
): { readonly shape: readonly number[]; readonly element: FloatType | IntegerType } | undefined {
  if (kinds.dense.is(transform)) {
    const { size } = transform.parameters;
    return { shape: [size, size], element: f64 };
  }
  if (kinds.diagonal.is(transform)) return { shape: [transform.parameters.size], element: f64 };
  return kinds.permutation.is(transform) ? { shape: [transform.parameters.size], element: i32 } : undefined;
}

/** What is wrong with a definition: its kind, its parts, and whether numbers stand beside it that fit. */
export function definitionProblems(
  { sym_name: name, transform, value }: Definition,
  symbol: SymbolLookup,
): readonly Mismatch[] {
  const size = sizeOf(transform, symbol, [name]);
  if (isMismatch(size)) return [{ ...size, message: `@${name}: ${size.message}` }];
  const numbers = numbersOf(transform);
  if (!numbers)
    return value === undefined ? [] : [mismatch("transform-value", `@${name} needs no numbers beside it`)];
  if (value === undefined) return []; // declared alone, as parameters may be
  const type = tensorType(numbers.shape, numbers.element);
  const isFit = (value.kind === "resource" || value.kind === "dense") && same(value.type, type);
  return isFit
    ? []
    : [
        mismatch("transform-value", `the numbers of @${name} are no ${describeType(type)}`, {
          hint: `write value = dense_resource<…> : ${describeType(type)}`,
        }),
      ];
}
