import { elementCount, type FloatData, stridesOf, type Tensor } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import type { ArithmeticData } from "./elementwise.ts";

/** `axes` in any order; with `keepDims` they stay in the shape with size 1, else they are dropped. */
export interface ReduceOptions {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

type Reduction = <Data extends ArithmeticData>(input: Tensor<Data>, options: ReduceOptions) => Tensor<Data>;

/** The f64 sum in ascending row-major order of the reduced elements, rounded once; integers wrap. */
export const sum: Reduction = (input, options) =>
  reduce(input, options, { initial: 0, combine: (total, x) => total + x });

/** The f64 product in ascending row-major order, rounded once. */
export const prod = <Data extends FloatData>(input: Tensor<Data>, options: ReduceOptions): Tensor<Data> =>
  reduce(input, options, { initial: 1, combine: (total, x) => total * x });

/** The f64 sum in ascending row-major order, divided by the count, rounded once; NaN of nothing. */
export function mean<Data extends FloatData>(input: Tensor<Data>, options: ReduceOptions): Tensor<Data> {
  const count = elementCount(options.axes.map((axis) => input.shape[axis]!));
  return reduce(input, options, { initial: 0, combine: (total, x) => total + x, finish: (x) => x / count });
}

/** The largest element; NaN if there is one; -infinity of no floats. */
export const max: Reduction = (input, options) =>
  reduce(input, options, { initial: Number.NEGATIVE_INFINITY, combine: (most, x) => Math.max(most, x) });

/** The smallest element; NaN if there is one; +infinity of no floats. */
export const min: Reduction = (input, options) =>
  reduce(input, options, { initial: Number.POSITIVE_INFINITY, combine: (least, x) => Math.min(least, x) });

/** The index along `axis` of the first largest element; the first NaN counts as the largest, as in numpy. */
export function argmax<Data extends ArithmeticData>(
  input: Tensor<Data>,
  { axis, keepDims }: { readonly axis: number; readonly keepDims: boolean },
): Tensor<Int32Array> {
  const size = input.shape[axis];
  const stride = stridesOf(input.shape)[axis];
  if (!size || stride === undefined)
    throw new Error(`internal error: argmax over axis ${axis} of size ${size}`);
  const shape = reducedShape(input.shape, { axes: [axis], keepDims });
  const data = new Int32Array(elementCount(shape));
  for (let number = 0; number < data.length; number++) {
    const start = Math.floor(number / stride) * stride * size + (number % stride);
    data[number] = firstLargest(size, (index) => input.data[start + index * stride]!);
  }
  return { shape, data };
}

interface Fold {
  readonly initial: number;
  readonly combine: (total: number, x: number) => number;
  readonly finish?: (total: number) => number;
}

function reduce<Data extends ArithmeticData>(
  input: Tensor<Data>,
  options: ReduceOptions,
  { initial, combine, finish = (total) => total }: Fold,
): Tensor<Data> {
  const keptShape = reducedShape(input.shape, { ...options, keepDims: true });
  const totals = new Float64Array(elementCount(keptShape)).fill(initial);
  if (input.data instanceof Int32Array && input.data.length === 0 && !Number.isFinite(initial)) {
    throw new Error("internal error: the largest or smallest of no integers");
  }
  const strides = stridesOf(keptShape).map((stride, axis) => (options.axes.includes(axis) ? 0 : stride));
  const sizes = stridesOf(input.shape);
  // Visiting the input in its own order makes the order ascending for every total.
  for (let index = 0; index < input.data.length; index++) {
    let target = 0;
    for (let axis = 0; axis < strides.length; axis++) {
      target += (Math.floor(index / sizes[axis]!) % input.shape[axis]!) * strides[axis]!;
    }
    totals[target] = combine(totals[target]!, input.data[index]!);
  }
  const result = allocateLike(input, reducedShape(input.shape, options));
  result.data.set(totals.map(finish));
  return result;
}

function reducedShape(shape: readonly number[], { axes, keepDims }: ReduceOptions): number[] {
  if (axes.some((axis) => shape[axis] === undefined)) {
    throw new Error(`internal error: axes ${axes.join(", ")} of rank ${shape.length}`);
  }
  return shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keepDims ? [1] : []));
}

function firstLargest(size: number, elementAt: (index: number) => number): number {
  let best = 0;
  for (let index = 0; index < size; index++) {
    if (Number.isNaN(elementAt(index))) return index;
    if (elementAt(index) > elementAt(best)) best = index;
  }
  return best;
}
