import { expect, test } from "vitest";
import { curveLosses, fillWater } from "../../../compiler/allocation/water-filling.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";

const random = seededRandom(6);
const heights = Array.from({ length: 512 }, () => Math.exp(1.5 * gaussian(random)));
const MEAN_BITS = 3;
const curves = (lowest: number, highest: number) =>
  heights.map((height) => ({ height, decay: 2, lowest, highest }));
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
/** Loss against the same number of bits for all. */
const gain = (lowest: number, highest: number): number => {
  const all = curves(lowest, highest);
  const losses = curveLosses(all, fillWater(all, 512 * MEAN_BITS));
  return total(losses) / (total(heights) * 4 ** -MEAN_BITS);
};

test("without ends, bits are those of the closed form, and all losses are alike", () => {
  const all = curves(-Infinity, Infinity);
  const bits = fillWater(all, 512 * MEAN_BITS);
  const meanLog = total(heights.map((height) => Math.log2(height))) / 512;
  heights.forEach((height, i) => {
    expect(bits[i]).toBeCloseTo(MEAN_BITS + (Math.log2(height) - meanLog) / 2, 9);
  });
  const losses = curveLosses(all, bits);
  for (const loss of losses) expect(loss / losses[0]!).toBeCloseTo(1, 9);
});

test("the loss over that of equal bits is the geometric over the arithmetic mean", () => {
  const geometric = Math.exp(total(heights.map(Math.log)) / 512);
  expect(gain(-Infinity, Infinity)).toBeCloseTo(geometric / (total(heights) / 512), 9);
});

test("ends take some of the gain, and amounts between them still add up to the budget", () => {
  const bits = fillWater(curves(1, 8), 512 * MEAN_BITS);
  expect(total(bits)).toBeCloseTo(512 * MEAN_BITS, 6);
  for (const amount of bits) expect(amount >= 1 && amount <= 8).toBe(true);
  expect(gain(1, 8)).toBeGreaterThan(gain(-Infinity, Infinity));
  expect(gain(1, 8)).toBeLessThan(1.1 * gain(-Infinity, Infinity));
});

test("a budget beyond the ends gives the ends", () => {
  expect(fillWater(curves(1, 8), 0)).toEqual(heights.map(() => 1));
  expect(fillWater(curves(1, 8), 1e6)).toEqual(heights.map(() => 8));
});

test("sizes differ: one more unit saves the same everywhere", () => {
  const all = heights.slice(0, 50).map((height, i) => ({
    height,
    // Bits times so many numbers.
    decay: 2 / (1 + (i % 7)),
    lowest: 0,
    highest: 1e6,
  }));
  const amounts = fillWater(all, 600);
  const savings = curveLosses(all, amounts).map((loss, i) => loss * all[i]!.decay);
  const inside = savings.filter((_, i) => amounts[i]! > 0);
  for (const saving of inside) expect(saving / inside[0]!).toBeCloseTo(1, 9);
});
