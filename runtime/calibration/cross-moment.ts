import type { FloatData } from "../../compiler/numeric/tensor.ts";

/** Σ xᵀx′ over pairs of rows of K channels; every entry is one f64 sum in row order. */
export class CrossMoment {
  readonly #channels: number;
  /** [K, K]. */
  readonly #sums: Float64Array;

  constructor(channels: number) {
    this.#channels = channels;
    this.#sums = new Float64Array(channels * channels);
  }

  /** before, after: [rows, K] each. */
  add(before: FloatData, after: FloatData): void {
    const channels = this.#channels;
    const sums = this.#sums;
    // Four rows at a time, so that a sum is read and written once for four products; added one after another.
    for (let first = 0; first < before.length; first += 4 * channels) {
      const rows = Math.min(4, (before.length - first) / channels);
      for (let from = 0; from < channels; from++) {
        const at = from * channels;
        const factor = (row: number): number => (row < rows ? before[first + row * channels + from]! : 0);
        const [factor0, factor1, factor2, factor3] = [factor(0), factor(1), factor(2), factor(3)];
        const start = (row: number): number => first + Math.min(row, rows - 1) * channels;
        const [start0, start1, start2, start3] = [start(0), start(1), start(2), start(3)];
        for (let to = 0; to < channels; to++) {
          let sum = sums[at + to]!;
          sum += factor0 * after[start0 + to]!;
          sum += factor1 * after[start1 + to]!;
          sum += factor2 * after[start2 + to]!;
          sum += factor3 * after[start3 + to]!;
          sums[at + to] = sum;
        }
      }
    }
  }

  /** Row-major [K, K], divided by the number of rows. */
  mean(count: number): Float64Array {
    return this.#sums.map((sum) => sum / count);
  }
}
