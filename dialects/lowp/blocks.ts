import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { integerAttribute, type Literal } from "../../compiler/ir/attributes.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import type { Schema } from "../../compiler/schema/schema.ts";

/** Extent of a block along one axis; `*` is the whole axis. */
export type BlockExtent = number | "*";
/** What happens where blocks do not divide an axis: refuse, use a shorter last block, or fill up with zeros. */
export type Tail = "error" | "short" | "pad";

/** `[1, 32]`, one entry per axis. */
export const blockSchema: Schema<readonly BlockExtent[]> = {
  describe: "list of int or *, one per axis",
  decode(literal) {
    if (literal.kind !== "array" && !(literal.kind === "group" && literal.open === "[")) return undefined;
    const entries = literal.items.map(decodeExtent);
    return entries.every((entry) => entry !== undefined) ? entries : undefined;
  },
  encode: (block) => ({
    kind: "group",
    open: "[",
    items: block.map((entry) => (entry === "*" ? { kind: "any" } : integerAttribute(entry))),
  }),
};

function decodeExtent(literal: Literal): BlockExtent | undefined {
  if (literal.kind === "any") return "*";
  const value = literal.kind === "integer" ? Number(literal.value) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Blocks along an axis, ceil(extent / block); DYNAMIC where the extent is. */
export function blocksAlong(extent: number, block: BlockExtent): number {
  if (block === "*") return 1;
  return extent === DYNAMIC ? DYNAMIC : Math.ceil(extent / block);
}

/** Shape of the scales: one per block. */
export const scaleShape = (shape: readonly number[], block: readonly BlockExtent[]): number[] =>
  shape.map((extent, axis) => blocksAlong(extent, block[axis]!));

/** Shape that is quantized: with tail = pad every axis is filled up to whole blocks. */
export function paddedShape(shape: readonly number[], block: readonly BlockExtent[], tail: Tail): number[] {
  return shape.map((extent, axis) => {
    const entry = block[axis]!;
    return tail !== "pad" || entry === "*" || extent === DYNAMIC ? extent : Math.ceil(extent / entry) * entry;
  });
}

/** Laws on the block of a tensor: one entry per axis, and whole blocks unless the tail says otherwise. */
export function blockProblems(
  block: readonly BlockExtent[],
  shape: readonly number[],
  tail: Tail,
): readonly Mismatch[] {
  if (block.length !== shape.length)
    return [
      mismatch("block-rank", `block has ${block.length} entries, the tensor has rank ${shape.length}`, {
        hint: "give one entry per axis; * is the whole axis",
      }),
    ];
  if (tail !== "error") return [];
  return block.flatMap((entry, axis) => {
    const extent = shape[axis]!;
    if (entry === "*" || extent === DYNAMIC || extent % entry === 0) return [];
    return [
      mismatch("block-divides", `block ${entry} does not divide extent ${extent} of axis ${axis}`, {
        hint: `use ${nearDivisors(extent, entry).join(" or ")}, or tail = short`,
      }),
    ];
  });
}

/** The divisors of an extent next to a block: below, and above unless that is past the extent. */
function nearDivisors(extent: number, block: number): readonly number[] {
  const divides = (candidate: number): boolean => extent % candidate === 0;
  const start = Math.min(block, extent);
  let below = start;
  while (!divides(below)) below--;
  let above = start;
  while (!divides(above)) above++;
  return below === above ? [below] : [below, above];
}
