import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatData } from "../../compiler/numeric/tensor.ts";

/** Sums Σx² and Σ(x − y)² of values x and what stands for them, in f64, in the order given. */
export class NoiseRatio {
  #signal = 0;
  #noise = 0;

  add(exact: FloatData, approximate: FloatData): void {
    if (exact.length !== approximate.length) unreachable("values and what stands for them are as many");
    for (let i = 0; i < exact.length; i++) {
      const value = exact[i]!;
      const error = value - approximate[i]!;
      this.#signal += value * value;
      this.#noise += error * error;
    }
  }

  /** 10·log10(Σx² / Σ(x − y)²); infinite where nothing differs, NaN where a value was. */
  decibels(): number {
    return this.#noise === 0 ? Infinity : 10 * Math.log10(this.#signal / this.#noise);
  }
}
