import { expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

const data = gaussianTensor([200, 1024], 42);

/** Rows of FORMATS-AND-ALGORITHMS.md §0.3, column G, in dB. */
const rows: readonly (readonly [string, string, number])[] = [
  ["MXFP4", "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>", 18.79],
  ["MXFP8 E4M3", "!lowp.q<f8E4M3FN, block = [1, 32], scale = f8E8M0FNU>", 30.65],
  ["MXFP8 E4M3, ceil", "!lowp.q<f8E4M3FN, block = [1, 32], scale = f8E8M0FNU, scale_rounding = ceil>", 31.52],
  ["MXFP8 E5M2", "!lowp.q<f8E5M2, block = [1, 32], scale = f8E8M0FNU>", 25.35],
  ["MXFP6 E2M3", "!lowp.q<f6E2M3FN, block = [1, 32], scale = f8E8M0FNU>", 30.94],
  ["MXFP6 E3M2", "!lowp.q<f6E3M2FN, block = [1, 32], scale = f8E8M0FNU>", 25.35],
  ["MXINT8", "!lowp.q<i8, block = [1, 32], scale = f8E8M0FNU>", 41.61],
  ["MXINT4", "!lowp.q<i4, block = [1, 32], scale = f8E8M0FNU>", 16.84],
  [
    "NVFP4",
    "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
    20.44,
  ],
  ["NVINT4", "!lowp.q<i4, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>", 21.28],
  ["INT4 sym g128", "!lowp.q<i4, block = [1, 128], scale = f32>", 18.61],
  ["INT4 asym g128", "!lowp.q<ui4, block = [1, 128], scale = f32, zero = ui4>", 19.95],
  ["INT2 asym g128", "!lowp.q<ui2, block = [1, 128], scale = f32, zero = ui2>", 5.97],
  ["INT3 sym g128", "!lowp.q<i3, block = [1, 128], scale = f32>", 11.26],
];

// 0.2 dB: the table's own sampling error (0.15 dB for 2M samples, §0) and that of our 205k samples.
it.each(rows)("%s has the published signal-to-noise ratio on Gaussian data", (_, text, expected) => {
  const value = quantize(data, lowpType(text));
  const real = isMismatch(value) ? value : dequantize(value, "f32");
  if (isMismatch(real)) throw new Error(real.message);
  let [signal, noise] = [0, 0];
  for (let index = 0; index < data.data.length; index++) {
    signal += data.data[index]! ** 2;
    noise += (data.data[index]! - real.data[index]!) ** 2;
  }
  expect(Math.abs(10 * Math.log10(signal / noise) - expected)).toBeLessThan(0.2);
});
