import type { TensorData } from "../../../compiler/numeric/tensor.ts";

/** A walk over part of an array: element [i, j, …] lies at offset + i * strides[0] + j * strides[1] + … */
export interface StridedView {
  readonly data: TensorData;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Copies the elements of `source` to `target` over all indices of `shape`; both are of one data class. */
export function copyStrided(shape: readonly number[], target: StridedView, source: StridedView): void {
  if (shape.includes(0)) return;
  if (target.data instanceof BigInt64Array && source.data instanceof BigInt64Array) {
    copyAxis<bigint>(shape, { ...target, data: target.data }, { ...source, data: source.data });
    return;
  }
  if (target.data instanceof BigInt64Array || source.data instanceof BigInt64Array) {
    throw new Error("internal error: a copy between 64-bit integers and another data class");
  }
  copyAxis<number>(shape, { ...target, data: target.data }, { ...source, data: source.data });
}

/** What number and bigint arrays share, so that one loop moves both. */
interface Elements<Element> {
  [index: number]: Element;
  set(values: ArrayLike<Element>, offset?: number): void;
  subarray(start: number, end: number): ArrayLike<Element>;
}

interface Walk<Element> {
  readonly data: Elements<Element>;
  readonly offset: number;
  readonly strides: readonly number[];
}

// Below this length a loop beats the fixed cost of a subarray and a set.
const shortestBulkRun = 16;

function copyAxis<Element>(shape: readonly number[], target: Walk<Element>, source: Walk<Element>): void {
  const copyFrom = (axis: number, targetOffset: number, sourceOffset: number): void => {
    const size = shape[axis] ?? 1;
    const targetStride = target.strides[axis] ?? 1;
    const sourceStride = source.strides[axis] ?? 1;
    if (axis < shape.length - 1) {
      for (let index = 0; index < size; index++) {
        copyFrom(axis + 1, targetOffset + index * targetStride, sourceOffset + index * sourceStride);
      }
      return;
    }
    if (targetStride === 1 && sourceStride === 1 && size >= shortestBulkRun) {
      target.data.set(source.data.subarray(sourceOffset, sourceOffset + size), targetOffset);
      return;
    }
    for (let index = 0; index < size; index++) {
      target.data[targetOffset + index * targetStride] = source.data[sourceOffset + index * sourceStride]!;
    }
  };
  copyFrom(0, target.offset, source.offset);
}
