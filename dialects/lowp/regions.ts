import { elementCount, type FloatData, type FloatTensor, stridesOf } from "../../compiler/numeric/tensor.ts";

/** A new array of the same kind. */
export const sameKind = (data: FloatData, length: number): FloatData =>
  data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);

/** Zeros of a shape, f32 or f64 as `like` is. */
export const zerosLike = (like: FloatTensor, shape: readonly number[]): FloatTensor => ({
  shape,
  data: sameKind(like.data, elementCount(shape)),
});

/**
 * Copies the box of extents `extents` whose corner is `from` in the source to corner `to` of the target; corners
 * left out are the origin.
 */
export function copyRegion(
  source: FloatTensor,
  target: FloatTensor,
  box: {
    readonly extents: readonly number[];
    readonly from?: readonly number[];
    readonly to?: readonly number[];
  },
): void {
  const { extents, from, to } = box;
  if (elementCount(extents) === 0) return;
  const sourceStrides = stridesOf(source.shape);
  const targetStrides = stridesOf(target.shape);
  const visit = (axis: number, sourceAt: number, targetAt: number): void => {
    const sourceStart = sourceAt + (from?.[axis] ?? 0) * (sourceStrides[axis] ?? 1);
    const targetStart = targetAt + (to?.[axis] ?? 0) * (targetStrides[axis] ?? 1);
    const extent = extents[axis] ?? 1;
    if (axis >= extents.length - 1) {
      target.data.set(source.data.subarray(sourceStart, sourceStart + extent), targetStart);
      return;
    }
    for (let index = 0; index < extent; index++)
      visit(axis + 1, sourceStart + index * sourceStrides[axis]!, targetStart + index * targetStrides[axis]!);
  };
  visit(0, 0, 0);
}

/** The tensor grown with zeros, or cut, to a shape; itself where nothing changes. */
export function resize(input: FloatTensor, shape: readonly number[]): FloatTensor {
  if (input.shape.every((extent, axis) => extent === shape[axis])) return input;
  const resized = zerosLike(input, shape);
  copyRegion(input, resized, { extents: shape.map((extent, axis) => Math.min(extent, input.shape[axis]!)) });
  return resized;
}

/** `extent` neighbours along an axis, from `start`. */
export function sliceAxis(input: FloatTensor, axis: number, start: number, extent: number): FloatTensor {
  const part = zerosLike(input, input.shape.with(axis, extent));
  copyRegion(input, part, { extents: part.shape, from: corner(input.shape.length, axis, start) });
  return part;
}

/** Writes a part into the axis of a whole, from `start`. */
export function placeOnAxis(part: FloatTensor, whole: FloatTensor, axis: number, start: number): void {
  copyRegion(part, whole, { extents: part.shape, to: corner(whole.shape.length, axis, start) });
}

const corner = (rank: number, axis: number, start: number): number[] =>
  Array.from({ length: rank }, (_, other) => (other === axis ? start : 0));
