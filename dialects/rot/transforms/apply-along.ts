import { type FloatTensor, stridesOf } from "../../../compiler/numeric/tensor.ts";
import type { Direction, Transform } from "./transform.ts";

/**
 * A tensor with every run of `size` channels of an axis mapped; the extent of the axis is a multiple of the size.
 * Computed in the precision of the data.
 */
export function applyAlong(
  { shape, data }: FloatTensor,
  axis: number,
  transform: Transform,
  direction: Direction,
): FloatTensor {
  const { size } = transform;
  const stride = stridesOf(shape)[axis]!;
  const mapped = data.slice();
  if (stride === 1) {
    for (let start = 0; start < mapped.length; start += size)
      transform.apply(mapped.subarray(start, start + size), direction);
    return { shape, data: mapped };
  }
  const vector = data.slice(0, size);
  for (let block = 0; block < mapped.length; block += stride * size)
    for (let within = block; within < block + stride; within++) {
      for (let at = 0; at < size; at++) vector[at] = mapped[within + at * stride]!;
      transform.apply(vector, direction);
      for (let at = 0; at < size; at++) mapped[within + at * stride] = vector[at]!;
    }
  return { shape, data: mapped };
}
