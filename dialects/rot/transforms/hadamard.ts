import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatData } from "../../../compiler/numeric/tensor.ts";
import { hadamardFactors, hadamardMatrix } from "./hadamard-matrix.ts";
import type { Transform } from "./transform.ts";

/**
 * diag(signs) · (P ⊗ S) / √n with P of Paley's or Williamson's constructions, of the smallest order there is, and S of Sylvester's:
 * every channel goes into every other with the same weight. `size` must have factors. Signs are drawn from the seed;
 * all are +1 where there is none. O(n (log 2^k + m)) for n = 2^k · m.
 */
export function hadamard(size: number, seed?: number): Transform {
  const factors = hadamardFactors(size) ?? unreachable(`there is no Hadamard matrix of order ${size}`);
  const { power, order } = factors;
  const paley = hadamardMatrix(order)!;
  const signs = seed === undefined ? undefined : signsOf(size, seed);
  const scale = 1 / Math.sqrt(size);
  return {
    size,
    isOrthogonal: true,
    isPermutation: size === 1 && !signs,
    cost: size * (Math.log2(power) + (order === 1 ? 0 : order) + 1),
    apply(vector, direction) {
      const isForward = direction === "forward" || direction === "dual";
      if (isForward && signs) multiply(vector, signs);
      for (let start = 0; start < size; start += power) sylvester(vector, start, power);
      if (order > 1) mixBlocks(vector, paley, order, isForward);
      for (let at = 0; at < size; at++) vector[at] = vector[at]! * scale;
      if (!isForward && signs) multiply(vector, signs);
    },
  };
}

export function signsOf(size: number, seed: number): Int8Array {
  const random = seededRandom(seed);
  return Int8Array.from({ length: size }, () => (random() < 0.5 ? -1 : 1));
}

function multiply(vector: FloatData, signs: Int8Array): void {
  for (let at = 0; at < signs.length; at++) vector[at] = vector[at]! * signs[at]!;
}

/** Sums and differences of halves, of quarters, …: the matrix is symmetric. */
function sylvester(vector: FloatData, start: number, size: number): void {
  for (let width = 1; width < size; width *= 2)
    for (let block = start; block < start + size; block += 2 * width)
      for (let at = block; at < block + width; at++) {
        const [left, right] = [vector[at]!, vector[at + width]!];
        vector[at] = left + right;
        vector[at + width] = left - right;
      }
}

/** Blocks as the entries of a row vector times the matrix, or its transpose; terms are added first to last. */
function mixBlocks(vector: FloatData, matrix: Int8Array, order: number, isForward: boolean): void {
  const width = vector.length / order;
  const column = vector.slice(0, order);
  for (let within = 0; within < width; within++) {
    for (let block = 0; block < order; block++) column[block] = vector[block * width + within]!;
    for (let to = 0; to < order; to++) {
      let sum = 0;
      for (let from = 0; from < order; from++)
        sum += column[from]! * (isForward ? matrix[from * order + to]! : matrix[to * order + from]!);
      vector[to * width + within] = sum;
    }
  }
}
