import { expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { weightLoss } from "../../../dialects/lowp/solvers/driver.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

const weight = gaussianTensor([1024, 128], 4);

/** Σ (w′ − w)² on evenly spaced values from the least to the largest of every 128 normal numbers. */
function lossAt(bits: number): number {
  const value = quantize(weight, lowpType(`!lowp.q<ui${bits}, block = [1, *], scale = f32, shift = f32>`));
  if (isMismatch(value)) throw new Error(value.message);
  const loss = weightLoss(weight, value);
  if (isMismatch(loss)) throw new Error(loss.message);
  return loss;
}

// About (2^(b + 1) − 1)² / (2^b − 1)², as b bits have 2^b − 1 steps. (BAQ takes 1.95 for the exponent)
it.each([
  [2, 2.45],
  [3, 2.2],
  [4, 2.1],
  [5, 2.05],
  [6, 2.02],
  [7, 2.01],
])("from %i bits to one more the error of normal numbers falls by 2^%d, not 2²", (bits, exponent) => {
  expect(Math.abs(Math.log2(lossAt(bits) / lossAt(bits + 1)) - exponent)).toBeLessThan(0.015);
});
