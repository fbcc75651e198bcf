import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { type FloatData, type FloatTensor, stridesOf, type Tensor } from "../../compiler/numeric/tensor.ts";

/** Entry i is the index along an axis that stands at place i: i32[extent], each index once. */
export type Permutation = Tensor<Int32Array>;

type Numbers = FloatData | Int32Array | Uint8Array;

/** A tensor of floats, codes or bytes. */
interface Movable<Data extends Numbers> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** The tensor with index perm[i] of an axis at place i. */
export const permuteAxis = <Data extends Numbers>(
  input: Movable<Data>,
  axis: number,
  perm: Permutation,
): Movable<Data> => moveAxis(input, axis, (place) => ({ from: perm.data[place]!, to: place }));

/** Undoes permuteAxis: what is at place i of an axis goes to index perm[i]. */
export const restoreAxis = <Data extends Numbers>(
  input: Movable<Data>,
  axis: number,
  perm: Permutation,
): Movable<Data> => moveAxis(input, axis, (place) => ({ from: place, to: perm.data[place]! }));

function moveAxis<Data extends Numbers>(
  { shape, data }: Movable<Data>,
  axis: number,
  moveOf: (place: number) => { readonly from: number; readonly to: number },
): Movable<Data> {
  const moved = data.slice() as Data;
  const run = stridesOf(shape)[axis]!;
  const extent = shape[axis]!;
  for (let start = 0; start < data.length; start += run * extent)
    for (let place = 0; place < extent; place++) {
      const { from, to } = moveOf(place);
      const source = start + from * run;
      moved.set(data.subarray(source, source + run), start + to * run);
    }
  return { shape, data: moved };
}

/**
 * Sorts the indices along an axis into parts of given extents: the first part takes the indices of largest score,
 * the next those that follow. Of equals the lower index comes first, and within a part indices rise.
 */
export function loudestFirst(scores: ArrayLike<number>, extents: readonly number[]): Permutation {
  const order = loudestOrder(scores);
  const parts: number[] = [];
  for (const extent of extents)
    parts.push(...order.slice(parts.length, parts.length + extent).sort((one, other) => one - other));
  return { shape: [parts.length], data: Int32Array.from(parts) };
}

/** The indices by falling score; of equals the lower index comes first. */
export const loudestOrder = (scores: ArrayLike<number>): readonly number[] =>
  Array.from(scores, (_, index) => index).sort((one, other) => scores[other]! - scores[one]! || one - other);

/** The largest magnitude of each index along an axis. */
export function largestAlong({ shape, data }: FloatTensor, axis: number): Float64Array {
  const largest = new Float64Array(shape[axis]!);
  const run = stridesOf(shape)[axis]!;
  for (let at = 0; at < data.length; at++) {
    const index = Math.floor(at / run) % largest.length;
    largest[index] = Math.max(largest[index]!, Math.abs(data[at]!));
  }
  return largest;
}

/** The permutation that undoes one: index perm[i] finds itself at place i again. */
export function inversePermutation({ shape, data }: Permutation): Permutation {
  const inverse = new Int32Array(data.length);
  for (const [place, index] of data.entries()) inverse[index] = place;
  return { shape, data: inverse };
}

/** Permuting by `first` and then by `second`, in one. */
export const composePermutations = (first: Permutation, second: Permutation): Permutation => ({
  shape: first.shape,
  data: second.data.map((place) => first.data[place]!),
});

/** Whether every index stays where it is. */
export const isIdentity = ({ data }: Permutation): boolean => data.every((index, place) => index === place);

/** Every index must stand once. */
export function permutationProblem({ data }: Permutation): Mismatch | undefined {
  const seen = new Uint8Array(data.length);
  for (const [place, index] of data.entries()) {
    if (index < 0 || index >= data.length)
      return mismatch("perm-range", `index ${index} at place ${place}, expected one below ${data.length}`);
    if (seen[index] === 1) return mismatch("perm-twice", `index ${index} stands twice, expected each once`);
    seen[index] = 1;
  }
  return undefined;
}
