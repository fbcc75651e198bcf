import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { type DialectType, DYNAMIC, type IntegerType, i32, integer } from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import { paddedShape, scaleShape } from "./blocks.ts";
import { type ElementFormat, elementsPerCode, tableOf } from "./elements.ts";
import { factorShapes } from "./low-rank.ts";
import { groupsPerWord } from "./nvidia-metadata.ts";
import { oldExtent } from "./ring-extents.ts";
import type { SparseKind } from "./sparse-kind.ts";
import { runOf, storedValuesShape } from "./sparse-kind-laws.ts";
import { BITMOD_VARIANTS } from "./tables/bitmod.ts";
import { entropy, lowrank, minifloat, quantized, ring, sparse, split, sum } from "./types.ts";
import type { ValueType } from "./value-type.ts";

/** How the numbers of a part are held: as codes of an element format, or as a value of their own. */
export type Held =
  | { readonly kind: "codes"; readonly element: ElementFormat; readonly pack: string }
  | { readonly kind: "value"; readonly type: ValueType };

/** One component of a composite value. Extents that depend on the data are DYNAMIC. */
export interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  readonly held: Held;
  /** Whether the one extent is however many bytes are stored; it is DYNAMIC then. */
  readonly fillsBytes?: boolean;
}

/** The components of a value of `type` and `shape`, in the order they are stored. */
export function partsOf(type: DialectType, shape: readonly number[]): readonly Part[] {
  if (quantized.is(type)) {
    const { element, block, scale, zero, shift, tail, pack } = type.parameters;
    const scales = scaleShape(shape, block);
    const padded = paddedShape(shape, block, tail);
    return [
      { name: "codes", shape: codesShape(element, padded), held: { kind: "codes", element, pack } },
      ...tableParts(element, padded, scales),
      valuePart("scale", scales, scale),
      ...(zero ? [valuePart("zero", scales, zero)] : []),
      ...(shift ? [valuePart("shift", scales, shift)] : []),
    ];
  }
  if (sum.is(type)) return type.parameters.terms.map((term, index) => valuePart(`${index}`, shape, term));
  if (split.is(type)) {
    const { axis, parts, permuted } = type.parameters;
    const extent = shape[axis]!;
    return [
      ...(permuted ? [valuePart("perm", [extent], positionType(extent))] : []),
      ...parts.map((part, index) => valuePart(`${index}`, shape.with(axis, part.extent), part.type)),
    ];
  }
  if (lowrank.is(type)) {
    const { rank, left, right, run } = type.parameters;
    const factors = factorShapes(shape, rank, run);
    return [valuePart("left", factors.left, left), valuePart("right", factors.right, right)];
  }
  if (ring.is(type)) {
    const { old, recent, axis } = type.parameters;
    const length = shape[axis]!;
    const settled = oldExtent(type.parameters, length);
    const waiting = settled === DYNAMIC ? DYNAMIC : length - settled;
    return [
      valuePart("old", shape.with(axis, settled), old),
      valuePart("recent", shape.with(axis, waiting), recent),
    ];
  }
  if (minifloat.is(type))
    return [
      { name: "codes", shape, held: { kind: "codes", element: { kind: "custom", type }, pack: "lsb_first" } },
    ];
  if (entropy.is(type)) {
    const byte = integer(8, "unsigned");
    return [
      valuePart("lengths", [256], byte),
      valuePart("rest", shape, byte),
      { ...valuePart("codes", [DYNAMIC], byte), fillsBytes: true },
    ];
  }
  if (sparse.is(type)) return sparseParts(type.parameters.kind, type.parameters.values, shape);
  return unreachable(`!${type.name} is a value type of lowp`);
}

/** The unsigned integer that finds one of `choices`; at least one bit wide. */
export const indexType = (choices: number): IntegerType =>
  integer(Math.max(1, 32 - Math.clz32(choices - 1)), "unsigned");

/**
 * The integer that numbers positions along an axis, which kernels read one by one: the smallest of ui8, ui16 and i32
 * that holds every one. i32 where the extent is unknown.
 */
export function positionType(extent: number): IntegerType {
  if (extent === DYNAMIC || extent > 2 ** 16) return i32;
  return integer(extent > 2 ** 8 ? 16 : 8, "unsigned");
}

const valuePart = (name: string, shape: readonly number[], type: ValueType): Part => ({
  name,
  shape,
  held: { kind: "value", type },
});

/** The tables of a value that are data, or the variant of a table that each block has chosen. */
function tableParts(
  element: ElementFormat,
  shape: readonly number[],
  scales: readonly number[],
): readonly Part[] {
  const table = tableOf(element);
  if (table?.values.kind === "bitmod") return [valuePart("selector", scales, indexType(BITMOD_VARIANTS))];
  if (table?.values.kind !== "data") return [];
  const { bits, dim, values, per } = table;
  return [valuePart("table", [per === "row" ? shape[0]! : 1, 2 ** bits, dim], values.type)];
}

/** Codes of a table stand for runs of the last axis. */
function codesShape(element: ElementFormat, shape: readonly number[]): readonly number[] {
  const perCode = elementsPerCode(element);
  const last = shape.at(-1);
  return perCode === 1 || last === undefined || last === DYNAMIC ? shape : shape.with(-1, last / perCode);
}

function sparseParts(kind: SparseKind, values: ValueType, shape: readonly number[]): readonly Part[] {
  return [...placeParts(kind, shape), valuePart("values", storedValuesShape(kind, shape), values)];
}

/** Components that say which numbers are stored. */
function placeParts(kind: SparseKind, shape: readonly number[]): readonly Part[] {
  const last = shape.at(-1)!;
  const runs = last === DYNAMIC ? DYNAMIC : last / runOf(kind);
  const bit = integer(1, "unsigned");
  switch (kind.kind) {
    case "nm":
      return [valuePart("indices", storedValuesShape(kind, shape), indexType(kind.of))];
    case "nvidia": {
      const words = runs === DYNAMIC ? DYNAMIC : runs / groupsPerWord(kind.word);
      return [valuePart("metadata", shape.with(-1, words), integer(kind.word, "unsigned"))];
    }
    case "group":
      return [valuePart("mask", shape.with(-1, runs), bit)];
    case "bitmap":
      return [valuePart("mask", shape, bit)];
    case "tiles": {
      const tiles = shape.includes(DYNAMIC) ? DYNAMIC : elementCount(shape) / kind.size;
      return [
        valuePart("mask", shape, bit),
        valuePart("offsets", [tiles === DYNAMIC ? DYNAMIC : tiles + 1], i32),
      ];
    }
    case "bsr":
    case "csr":
      return [
        valuePart("offsets", [shape[0] === DYNAMIC ? DYNAMIC : shape[0]! + 1], i32),
        valuePart("columns", [DYNAMIC], positionType(runs)),
      ];
  }
}
