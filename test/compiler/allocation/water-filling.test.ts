import { expect, test } from "vitest";
import type { AllocationSolver } from "../../../compiler/allocation/problem.ts";
import { dp } from "../../../compiler/allocation/solvers/dp.ts";
import { greedy } from "../../../compiler/allocation/solvers/greedy.ts";
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
  const mean = total(losses) / 512;
  const deviation = Math.sqrt(total(losses.map((loss) => (loss - mean) ** 2)) / 512);
  // Amounts are exact to about 2^-50, so logarithms of losses are.
  expect(deviation / mean).toBeLessThan(4e-15);
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

/** Of so many whole bits for each, 1 to 8, what a solver finds; the loss against that of the same number for all. */
async function integerGain(solver: AllocationSolver): Promise<number> {
  const items = heights.map((height, i) => ({
    id: `row${String(i).padStart(3, "0")}`,
    choices: [1, 2, 3, 4, 5, 6, 7, 8].map((bits) => ({
      id: `w${bits}`,
      loss: height * 4 ** -bits,
      cost: { bits },
    })),
  }));
  const outcome = await solver.solve({ items, budgets: { bits: 512 * MEAN_BITS } });
  if (outcome.kind !== "solution") throw new Error(outcome.kind);
  return outcome.loss / (total(heights) * 4 ** -MEAN_BITS);
}

test("whole bits cost a tenth more, and the largest gain first finds the best of them, as gains fall", async () => {
  const [found, best] = [await integerGain(greedy), await integerGain(dp)];
  expect(found).toBeCloseTo(best, 12);
  // BAQ's figures on 512 draws of its own: 0.33716 without ends, 0.34253 with them, 0.37143 in whole bits. A residual
  // that is uniform over a bit makes 1.5 / ln 4 = 1.082 of the loss.
  const [free, clipped] = [gain(-Infinity, Infinity), gain(1, 8)];
  expect(Math.abs(free - Math.exp(-(1.5 ** 2) / 2))).toBeLessThan(0.05);
  expect(Math.abs(clipped / free - 0.34253 / 0.33716)).toBeLessThan(0.02);
  expect(Math.abs(found / free - 0.37143 / 0.33716)).toBeLessThan(0.03);
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
