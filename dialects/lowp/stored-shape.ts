import type { Type } from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import { lowrank, quantized, sparse, split, sum } from "./types.ts";

/**
 * The shape in which a weight is put into a type: its own, or for a type of matrices that of its rows,
 * [out, all other axes], as kernels of a convolution have more axes.
 */
export function storedShape(type: Type, shape: readonly number[]): readonly number[] {
  const [rows, ...rest] = shape;
  return rows !== undefined && rest.length > 1 && rankOf(type) === 2 ? [rows, elementCount(rest)] : shape;
}

/** The rank that the blocks of a type say; undefined where it fits any. */
function rankOf(type: Type): number | undefined {
  if (quantized.is(type)) return type.parameters.block.length;
  if (lowrank.is(type)) return type.parameters.run === undefined ? 2 : undefined;
  if (sum.is(type)) return firstRank(type.parameters.terms);
  if (split.is(type)) return firstRank(type.parameters.parts.map((part) => part.type));
  if (!sparse.is(type)) return undefined;
  const { kind, values } = type.parameters;
  if (kind.kind === "csr" || kind.kind === "bsr") return 2;
  return kind.kind === "nm" ? rankOf(values) : undefined;
}

const firstRank = (types: readonly Type[]): number | undefined =>
  types.map(rankOf).find((rank) => rank !== undefined);
