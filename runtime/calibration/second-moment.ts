import type { FloatData } from "../../compiler/numeric/tensor.ts";

/** Rows handled at a time: one tile of channels over 64 rows stays in the first cache. */
const BLOCK_ROWS = 64;

/** Σ xᵀx over rows of K channels; every entry is one f64 sum in row order, whatever the blocking. */
export class SecondMoment {
  readonly #channels: number;
  /** [K, K]; only the upper triangle and the diagonal mean something. */
  readonly #sums: Float64Array;
  /** The block being added, one channel after another, BLOCK_ROWS apart. */
  readonly #columns: Float64Array;

  constructor(channels: number) {
    this.#channels = channels;
    this.#sums = new Float64Array(channels * channels);
    this.#columns = new Float64Array(channels * BLOCK_ROWS);
  }

  /** values: [rows, K]. */
  add(values: FloatData): void {
    const rows = values.length / this.#channels;
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows - first);
      const block = values.subarray(first * this.#channels, (first + count) * this.#channels);
      transposeBlock(block, this.#columns, this.#channels);
      addProducts(this.#sums, this.#columns, this.#channels, count);
    }
  }

  /** The whole symmetric matrix, row-major [K, K], divided by the number of rows. */
  mean(count: number): Float64Array {
    const channels = this.#channels;
    const mean = new Float64Array(channels * channels);
    for (let row = 0; row < channels; row++)
      for (let column = row; column < channels; column++) {
        const entry = this.#sums[row * channels + column]! / count;
        mean[row * channels + column] = entry;
        mean[column * channels + row] = entry;
      }
    return mean;
  }
}

function transposeBlock(block: FloatData, columns: Float64Array, channels: number): void {
  const rows = block.length / channels;
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row < rows; row++)
      columns[channel * BLOCK_ROWS + row] = block[row * channels + channel]!;
}

// Two by four sums: their 8 accumulators and 6 factors fit the 16 vector registers of x64. A tile at the edge
// repeats the last channel: the same sum is then stored again. What lands below the diagonal is not used.
function addProducts(sums: Float64Array, columns: Float64Array, channels: number, rows: number): void {
  const last = channels - 1;
  for (let row = 0; row < channels; row += 2) {
    const left0 = row * BLOCK_ROWS;
    const left1 = Math.min(row + 1, last) * BLOCK_ROWS;
    const sums0 = row * channels;
    const sums1 = Math.min(row + 1, last) * channels;
    for (let column0 = row; column0 < channels; column0 += 4) {
      const column1 = Math.min(column0 + 1, last);
      const column2 = Math.min(column0 + 2, last);
      const column3 = Math.min(column0 + 3, last);
      const right0 = column0 * BLOCK_ROWS;
      const right1 = column1 * BLOCK_ROWS;
      const right2 = column2 * BLOCK_ROWS;
      const right3 = column3 * BLOCK_ROWS;
      let sum00 = sums[sums0 + column0]!;
      let sum01 = sums[sums0 + column1]!;
      let sum02 = sums[sums0 + column2]!;
      let sum03 = sums[sums0 + column3]!;
      let sum10 = sums[sums1 + column0]!;
      let sum11 = sums[sums1 + column1]!;
      let sum12 = sums[sums1 + column2]!;
      let sum13 = sums[sums1 + column3]!;
      for (let k = 0; k < rows; k++) {
        const factor0 = columns[left0 + k]!;
        const factor1 = columns[left1 + k]!;
        const value0 = columns[right0 + k]!;
        const value1 = columns[right1 + k]!;
        const value2 = columns[right2 + k]!;
        const value3 = columns[right3 + k]!;
        sum00 += factor0 * value0;
        sum01 += factor0 * value1;
        sum02 += factor0 * value2;
        sum03 += factor0 * value3;
        sum10 += factor1 * value0;
        sum11 += factor1 * value1;
        sum12 += factor1 * value2;
        sum13 += factor1 * value3;
      }
      sums[sums0 + column0] = sum00;
      sums[sums0 + column1] = sum01;
      sums[sums0 + column2] = sum02;
      sums[sums0 + column3] = sum03;
      sums[sums1 + column0] = sum10;
      sums[sums1 + column1] = sum11;
      sums[sums1 + column2] = sum12;
      sums[sums1 + column3] = sum13;
    }
  }
}
