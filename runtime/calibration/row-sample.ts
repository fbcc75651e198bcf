import type { FloatData, FloatTensor } from "../../compiler/numeric/tensor.ts";

/** Rows kept at most. */
const SAMPLE_ROWS = 128;

/**
 * Every n-th row of those seen, n being the least power of two that leaves at most 128: what is kept depends on the
 * order of the rows alone, not on how they come in blocks.
 */
export class RowSample {
  readonly #channels: number;
  #rows: Float32Array[] = [];
  #stride = 1;
  #seen = 0;

  constructor(channels: number) {
    this.#channels = channels;
  }

  /** values: [rows, K]; f64 is rounded to f32. */
  add(values: FloatData): void {
    for (let start = 0; start < values.length; start += this.#channels) {
      if (this.#seen++ % this.#stride !== 0) continue;
      if (this.#rows.length === SAMPLE_ROWS) {
        this.#rows = this.#rows.filter((_, i) => i % 2 === 0);
        this.#stride *= 2;
        if ((this.#seen - 1) % this.#stride !== 0) continue;
      }
      this.#rows.push(Float32Array.from(values.subarray(start, start + this.#channels)));
    }
  }

  /** [rows, K] */
  finish(): FloatTensor {
    const data = new Float32Array(this.#rows.length * this.#channels);
    for (const [i, row] of this.#rows.entries()) data.set(row, i * this.#channels);
    return { shape: [this.#rows.length, this.#channels], data };
  }
}
