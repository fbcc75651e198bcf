import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** 10·log10(Σx² / Σ(x − y)²), in dB. */
export function signalToNoise({ data }: FloatTensor, real: FloatTensor): number {
  let [signal, noise] = [0, 0];
  for (let index = 0; index < data.length; index++) {
    signal += data[index]! ** 2;
    noise += (data[index]! - real.data[index]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
