import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { right } from "./solvers/problems.ts";

/** Signal to noise of a value in dB; `importance` by column, 1 where it is left out. */
export function decibels(
  { data }: FloatTensor,
  value: CompositeValue,
  importance: Float64Array = Float64Array.of(1),
): number {
  const numbers = right(dequantize(value, "f64")).data;
  let [signal, noise] = [0, 0];
  for (const [index, x] of data.entries()) {
    const share = importance[index % importance.length]!;
    signal += share * x * x;
    noise += share * (x - numbers[index]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
