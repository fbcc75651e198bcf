import { elementCount, type FloatTensor, stridesOf } from "../../../compiler/numeric/tensor.ts";
import type { Permutation } from "../permutation.ts";

/** How an attention map is cut into blocks, and which of them count. */
export interface BlockCut {
  /** Tokens along both sides of a block. */
  readonly block: number;
  /** Least share of the attention of a row of blocks that a block must have to be kept. */
  readonly least: number;
}

/** What a block mask on an attention map costs and loses. */
export interface BlockFigures {
  /** Share of the blocks that are kept. */
  readonly density: number;
  /** Share of the attention that falls on them. */
  readonly mass: number;
  /** Mean over the kept blocks of their largest number over their mean one; 1 where blocks are even. */
  readonly incoherence: number;
}

/** A block mask, row-major u8[T / block, T / block], and its figures. */
export interface BlockMask {
  readonly kept: Uint8Array;
  readonly figures: BlockFigures;
}

/**
 * The block mask of an attention map [T, T], rows of which sum to 1, with tokens in a given order on both sides.
 * T is a multiple of `block`.
 */
export function blockMask(
  { shape: [tokens = 0], data }: FloatTensor,
  { data: order }: Permutation,
  { block, least }: BlockCut,
): BlockMask {
  const side = tokens / block;
  const kept = new Uint8Array(side * side);
  let [mass, evenness] = [0, 0];
  for (let at = 0; at < kept.length; at++) {
    const [fromRow, fromColumn] = [Math.floor(at / side) * block, (at % side) * block];
    let [sum, largest] = [0, 0];
    for (let row = fromRow; row < fromRow + block; row++)
      for (let column = fromColumn; column < fromColumn + block; column++) {
        const value = data[order[row]! * tokens + order[column]!]!;
        sum += value;
        largest = Math.max(largest, value);
      }
    if (sum / block < least) continue;
    kept[at] = 1;
    mass += sum;
    evenness += (largest * block * block) / sum;
  }
  const count = kept.reduce((total, each) => total + each, 0);
  return {
    kept,
    figures: { density: count / kept.length, mass: mass / tokens, incoherence: evenness / count },
  };
}

/** An order of tokens that stand on a grid, by which axis runs slowest, and what its block mask is like. */
export interface TokenOrder {
  readonly axes: readonly number[];
  readonly perm: Permutation;
  readonly mask: BlockMask;
}

/** Every order of the axes of a grid of tokens, axis orders in lexical order. */
export function gridOrders(extents: readonly number[]): readonly Omit<TokenOrder, "mask">[] {
  const strides = stridesOf(extents);
  return arrangements(extents.map((_, axis) => axis)).map((axes) => ({
    axes,
    perm: { shape: [elementCount(extents)], data: walkGrid(axes, extents, strides) },
  }));
}

const arrangements = (items: readonly number[]): readonly (readonly number[])[] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) =>
        arrangements(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
      );

function walkGrid(
  axes: readonly number[],
  extents: readonly number[],
  strides: readonly number[],
): Int32Array {
  let indices = [0];
  for (const axis of axes)
    indices = indices.flatMap((start) =>
      Array.from({ length: extents[axis]! }, (_, step) => start + step * strides[axis]!),
    );
  return Int32Array.from(indices);
}

/**
 * The order of the axes of a token grid, such as frames × rows × columns, at which a map has the best block mask:
 * weight · (kept blocks, from fewest 0 to most 1) + (1 − weight) · (incoherence, from least 0 to most 1) is least.
 * The first of equals is taken. (PAROAttention, §3)
 */
export function chooseTokenOrder(
  map: FloatTensor,
  extents: readonly number[],
  { weight, ...cut }: BlockCut & { readonly weight: number },
): TokenOrder {
  const orders = gridOrders(extents).map((order) => ({ ...order, mask: blockMask(map, order.perm, cut) }));
  const density = unitRange(orders.map(({ mask }) => mask.figures.density));
  const incoherence = unitRange(orders.map(({ mask }) => mask.figures.incoherence));
  const costs = orders.map((_, at) => weight * density[at]! + (1 - weight) * incoherence[at]!);
  return orders[costs.indexOf(Math.min(...costs))]!;
}

/** Numbers moved to 0 … 1; zeros where they are all the same. */
function unitRange(numbers: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return numbers.map((value) => (most > least ? (value - least) / (most - least) : 0));
}
