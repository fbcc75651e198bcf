import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { DYNAMIC, knownSize, same, sizesAgree, type TensorType } from "../../compiler/ir/types.ts";
import { describeList, describeShape } from "./describe.ts";

/** What is wrong with a rank, if anything is; so do the other `require…` guards. */
export function requireRank(
  name: string,
  operand: string,
  { shape }: TensorType,
  rank: number,
): Mismatch | undefined {
  if (shape.length === rank) return undefined;
  return mismatch("rank", `${operand} of ${name} must have rank ${rank}, not ${shape.length}`, {
    blames: operand,
  });
}

/** Guards that the axes an op needs are there, whatever stands before them. */
export function requireMinimumRank(
  name: string,
  operand: string,
  { shape }: TensorType,
  rank: number,
): Mismatch | undefined {
  if (shape.length >= rank) return undefined;
  return mismatch("rank", `${operand} of ${name} must have rank ${rank} or more, not ${shape.length}`, {
    blames: operand,
  });
}

/** Parameters that go with an axis (biases, gains) must have its shape. An absent one always fits. */
export function requireShape(
  name: string,
  operand: string,
  type: TensorType | undefined,
  expected: readonly number[],
): Mismatch | undefined {
  if (type === undefined || shapesAgree(type.shape, expected)) return undefined;
  return mismatch(
    "operand-shape",
    `${operand} of ${name} must have shape ${describeShape(expected)}, not ${describeShape(type.shape)}`,
    { blames: operand },
  );
}

/** Guards that two operands mix without a conversion nobody wrote. */
export function requireSameElement(
  name: string,
  blames: string,
  left: TensorType,
  right: TensorType,
): Mismatch | undefined {
  if (same(left.element, right.element)) return undefined;
  const [one, other] = [describeType(left.element), describeType(right.element)];
  return mismatch("element-type", `operands of ${name} have different element types, ${one} and ${other}`, {
    hint: "convert one of them with nn.cast",
    blames,
  });
}

/** Shapes agree when ranks are equal and no known extents differ. */
export const shapesAgree = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((size, axis) => sizesAgree(size, right[axis]!));

/** The axis as a number from 0; negative ones count from the end. */
export function normalizeAxis(axis: number, rank: number): number | Mismatch {
  if (-rank <= axis && axis < rank) return axis < 0 ? axis + rank : axis;
  return mismatch("axis-range", `axis ${axis} is out of range for rank ${rank}`);
}

/** As `normalizeAxis`, for a list without repetition. */
export function normalizeAxes(axes: readonly number[], rank: number): readonly number[] | Mismatch {
  const normal: number[] = [];
  for (const axis of axes) {
    const found = normalizeAxis(axis, rank);
    if (isMismatch(found)) return found;
    if (normal.includes(found)) return mismatch("axis-repeated", `axis ${found} is given twice`);
    normal.push(found);
  }
  return normal;
}

/**
 * The numpy broadcast of shapes. An unknown extent beside 1 stays unknown; beside a larger one it must turn
 * out to be that or 1. Undefined where known extents clash.
 */
export function broadcast(...shapes: readonly (readonly number[])[]): readonly number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((size) => size !== 1);
    const size = sizes.reduce(knownSize, sizes[0] ?? 1);
    if (!sizes.every((each) => sizesAgree(each, size))) return undefined;
    result.push(size);
  }
  return result;
}

/** Number of elements, or DYNAMIC where an extent is unknown; no elements at all is known from any 0. */
export function countElements(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.includes(DYNAMIC) ? DYNAMIC : productOf(shape);
}

const productOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** The shape `input` takes when reshaped to `shape`, of which one entry may be -1 for what is left. */
export function reshapeShape(
  name: string,
  input: readonly number[],
  shape: readonly number[],
): readonly number[] | Mismatch {
  const open = shape.indexOf(-1);
  const given = productOf(shape.filter((size) => size !== -1));
  const total = countElements(input);
  const known = productOf(input.filter((size) => size !== DYNAMIC));
  const clash = (detail: string) =>
    mismatch(
      "reshape-size",
      `${name} cannot make ${describeList(shape)} of ${describeShape(input)}${detail}`,
      {
        blames: "input",
      },
    );
  if (shape.filter((size) => size === -1).length > 1)
    return mismatch(
      "reshape-open",
      `${name} can find one extent, but ${describeList(shape)} leaves several open`,
    );
  if (open === -1) {
    if (total !== DYNAMIC && total !== given) return clash(`: ${given} elements of ${total}`);
    if (total === DYNAMIC && given % known !== 0)
      return clash(`: ${given} elements are no multiple of ${known}`);
    return shape;
  }
  if (given === 0) return mismatch("reshape-open", `${name} cannot find an extent beside an extent of 0`);
  if (total === DYNAMIC) return shape.with(open, DYNAMIC);
  if (total % given !== 0) return clash(`: ${total} elements are no multiple of ${given}`);
  return shape.with(open, total / given);
}

/** The four extents of a type whose rank was found to be 4. */
export const fourExtents = ({ shape }: TensorType): [number, number, number, number] => [
  shape[0]!,
  shape[1]!,
  shape[2]!,
  shape[3]!,
];
