import type { CompositeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { DYNAMIC, type Type } from "../../compiler/ir/types.ts";
import { blockGrid } from "../lowp/block-grid.ts";
import { codebooksOf } from "../lowp/codebooks.ts";
import { dequantize } from "../lowp/dequantize.ts";
import { elementsPerCode, hasFixedValues } from "../lowp/elements.ts";
import type { QuantizedParameters } from "../lowp/quantized-laws.ts";
import { quantized, ring } from "../lowp/types.ts";
import { integersOf } from "../lowp/values.ts";

/** Rounded entries [S, G, D] as values of codes, and what makes numbers of them: scale · level + offset. */
export interface CodedEntries {
  readonly count: number;
  readonly groups: number;
  readonly width: number;
  /** What codes stand for, before scaling; row-major [S, G, D]. */
  readonly levels: Float64Array;
  /** By block; offset is the shift, or −scale · zero, or nothing. */
  readonly scale: ArrayLike<number>;
  readonly offset: Float64Array | undefined;
  /** The first block of entry s of group g, at s · G + g. */
  readonly firstBlock: Int32Array;
  /** Whether a block holds several entries; else each has blocks of its own. */
  readonly isShared: boolean;
  /** Neighbours of an entry that share a block. */
  readonly run: number;
}

/** The parameters of the rounded entries of a cache whose codes can be computed with, or why they cannot. */
export function codedParameters(type: Type): QuantizedParameters | Mismatch {
  const refuse = (why: string) => mismatch("cache-codes", why);
  const element = type.kind === "tensor" ? type.element : type;
  if (!ring.is(element)) return refuse("the cache is no lowp.ring");
  const { old } = element.parameters;
  if (!quantized.is(old)) return refuse("the old entries of the ring are no !lowp.q");
  const { element: format, tail } = old.parameters;
  if (!hasFixedValues(format) || elementsPerCode(format) !== 1)
    return refuse("the tables of the type go with the places of elements");
  return tail === "pad" ? refuse("the old entries are filled up to whole blocks") : old.parameters;
}

/** How many numbers at most share a scale, along the entries or along the channels. */
export interface SharedBy {
  /** DYNAMIC where all entries do. */
  readonly entries: number;
  /** DYNAMIC where an unknown width does. */
  readonly channels: number;
}

export function sharedBy({ block }: QuantizedParameters, width: number): SharedBy {
  const [first = 1, , last = 1] = block;
  return { entries: first === "*" ? DYNAMIC : first, channels: last === "*" ? width : last };
}

/** The rounded entries of a ring as codes; of a type that `codedParameters` accepts. */
export function codedEntries(value: CompositeValue): CodedEntries | Mismatch {
  if (!quantized.is(value.type)) return unreachable("verified to be quantized");
  const { element, block } = value.type.parameters;
  const [count, groups, width] = value.shape as [number, number, number];
  const parts: Partial<Record<"scale" | "zero" | "shift", ArrayLike<number>>> = {};
  for (const name of ["scale", "zero", "shift"] as const) {
    const component = value.components[name];
    const numbers = component && dequantize(component, "f64");
    if (isMismatch(numbers)) return numbers;
    if (numbers) parts[name] = numbers.data;
  }
  const scale = parts.scale ?? [];
  const codes = integersOf(value, "codes").data;
  const table = codebooksOf(element, value.components).tables[0];
  const { firstBlock, run } = blockGrid(value.shape, block);
  return {
    count,
    groups,
    width,
    levels: Float64Array.from(codes, (code) => table?.[code] ?? code),
    scale,
    offset: offsetsOf(scale, parts.zero, parts.shift),
    firstBlock,
    isShared: block[0] !== 1,
    run,
  };
}

function offsetsOf(
  scale: ArrayLike<number>,
  zero: ArrayLike<number> | undefined,
  shift: ArrayLike<number> | undefined,
): Float64Array | undefined {
  if (shift) return Float64Array.from(shift);
  return zero && Float64Array.from(zero, (each, block) => -each * scale[block]!);
}
