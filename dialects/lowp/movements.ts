import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import * as reference from "../nn/reference/shape.ts";
import type { BlockExtent } from "./blocks.ts";
import { scaleShape } from "./blocks.ts";
import { reshapedBlock } from "./reshaped-block.ts";

/**
 * A rearrangement of elements that computes nothing, as it acts on the shape, the blocks and the numbers of a value.
 * Codes move by it, and scales, one per block, by the movement that `blocks` gives for them.
 */
export interface Movement {
  shape(shape: readonly number[]): readonly number[];
  /** What the blocks of a tensor of this shape become, and how their scales move; or why blocks fall apart. */
  blocks(block: readonly BlockExtent[], shape: readonly number[]): MovedBlocks | Mismatch;
  apply(tensor: Tensor): Tensor;
}

export interface MovedBlocks {
  readonly block: readonly BlockExtent[];
  readonly scales: Movement;
}

const fallApart = (message: string): Mismatch => mismatch("moved-blocks", message);

/** Result axis i is input axis permutation[i]; blocks turn with their axes. */
export function transposition(permutation: readonly number[]): Movement {
  const turned = <T>(items: readonly T[]): readonly T[] => permutation.map((axis) => items[axis]!);
  const movement: Movement = {
    shape: turned,
    blocks: (block) => ({ block: turned(block), scales: movement }),
    apply: (tensor) => reference.transpose(tensor, { permutation }),
  };
  return movement;
}

/** From `starts`, counted from 0, `sizes` elements along every axis, DYNAMIC for all that are left; whole blocks. */
export function slicing(starts: readonly number[], sizes: readonly number[]): Movement {
  return {
    shape: () => sizes,
    blocks(block, shape) {
      const cut = block.findIndex((entry, axis) => {
        if (entry === "*") return false;
        const end = sizes[axis] === DYNAMIC ? shape[axis]! : starts[axis]! + sizes[axis]!;
        return starts[axis]! % entry !== 0 || (end !== shape[axis] && end % entry !== 0);
      });
      if (cut >= 0)
        return fallApart(
          `${starts[cut]} to ${starts[cut]! + sizes[cut]!} of axis ${cut} cuts through blocks of ${block[cut]}`,
        );
      const first = block.map((entry, axis) => (entry === "*" ? 0 : starts[axis]! / entry));
      const counts = scaleShape(sizes, block);
      return { block, scales: slicing(first, counts) };
    },
    apply: (tensor) => reference.slice(tensor, { starts, sizes }),
  };
}

/**
 * The axes of the indices in place of one axis, along which every element has scales of its own, or all share one.
 * `select` looks elements up.
 */
export function gathering(
  axis: number,
  indices: readonly number[],
  select: (tensor: Tensor) => Tensor,
): Movement {
  const movement: Movement = {
    shape: (shape) => shape.toSpliced(axis, 1, ...indices),
    blocks(block) {
      const entry = block[axis]!;
      if (entry === 1) return { block: block.toSpliced(axis, 1, ...indices.map(() => 1)), scales: movement };
      if (entry === "*" && indices.length === 1) return { block, scales: standstill };
      return fallApart(
        entry === "*"
          ? `indices of rank ${indices.length} would spread one scale over several axes`
          : `elements of axis ${axis} share scales by ${entry}`,
      );
    },
    apply: select,
  };
  return movement;
}

/** The same elements in row-major order; blocks must stay runs of neighbours, or single elements, or the whole. */
export function reshaping(target: readonly number[]): Movement {
  return {
    shape: () => target,
    blocks(block, shape) {
      const moved = reshapedBlock(block, shape, target);
      if (isMismatch(moved)) return moved;
      return { block: moved, scales: reshaping(scaleShape(target, moved)) };
    },
    apply: (tensor) => reference.reshape(tensor, target),
  };
}

const standstill: Movement = {
  shape: (shape) => shape,
  blocks: (block) => ({ block, scales: standstill }),
  apply: (tensor) => tensor,
};

/** Why blocks along the axis of a concatenation do not stay blocks; undefined where they do. */
export function joinedBlockProblem(
  block: readonly BlockExtent[],
  shapes: readonly (readonly number[])[],
  axis: number,
): Mismatch | undefined {
  const entry = block[axis]!;
  if (entry === "*") return fallApart(`each part has its own scale for all of axis ${axis}`);
  const inner = shapes
    .slice(0, -1)
    .find((shape) => (shape[axis] === DYNAMIC ? entry !== 1 : shape[axis]! % entry !== 0));
  if (!inner) return undefined;
  return fallApart(`a part of axis ${axis} does not hold whole blocks of ${entry}`);
}
