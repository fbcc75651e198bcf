import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { inversePermutation, type Permutation, permuteAxis } from "../../../dialects/lowp/permutation.ts";
import { permuteValue } from "../../../dialects/lowp/permute-value.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { fallingOrder } from "../../../dialects/lowp/reordering/orders.ts";
import { gaussianTensor, quantizedText, valueText } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

fc.configureGlobal({ seed: 1 });

const shuffled = (extent: number, seed: number): Permutation => {
  const random = seededRandom(seed);
  return fallingOrder(Array.from({ length: extent }, random));
};
const numbers = (value: RuntimeValue): FloatTensor =>
  right<FloatTensor>(dequantize(value, "f32") as FloatTensor | Mismatch);
const quantizedTo = (text: string, shape: readonly number[], seed = 1): CompositeValue =>
  right<CompositeValue>(quantize(gaussianTensor(shape, seed), lowpType(text)));

describe("permuting a value", () => {
  it("moves its numbers and rounds none, or says why it cannot", () => {
    let moved = 0;
    fc.assert(
      fc.property(valueText, fc.constantFrom(0, 1), fc.nat(999), (text, axis, seed) => {
        const value = quantizedTo(text, [6, 20], seed);
        const perm = shuffled(value.shape[axis]!, seed);
        const permuted = permuteValue(value, axis, perm);
        if (isMismatch(permuted)) {
          expect(permuted.code).toBe("reorder-type");
          return;
        }
        moved++;
        expect(numbers(permuted)).toEqual(permuteAxis(numbers(value), axis, perm));
        const back = permuteValue(permuted, axis, inversePermutation(perm));
        expect(back).toEqual(value);
      }),
      { numRuns: 200 },
    );
    expect(moved).toBeGreaterThan(30);
  });

  const perRow = quantizedText(2).map((type) => type.replace(/block = \[[^\]]*\]/, "block = [1, *]"));
  it("is the same before and after rounding where a row has one scale", () => {
    let moved = 0;
    fc.assert(
      fc.property(perRow, fc.constantFrom(0, 1), fc.nat(999), (text, axis, seed) => {
        const weight = gaussianTensor([6, 20], seed);
        const perm = shuffled(weight.shape[axis]!, seed);
        const after = permuteValue(quantizedTo(text, [6, 20], seed), axis, perm);
        // Scales that share a scale with others, and codes of pairs, are refused.
        if (isMismatch(after)) return;
        moved++;
        expect(quantize(permuteAxis(weight, axis, perm), lowpType(text))).toEqual(after);
      }),
      { numRuns: 80 },
    );
    expect(moved).toBeGreaterThan(40);
  });

  const blocks = "!lowp.q<i4, block = [1, 4], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>";
  const perm = (...places: number[]): Permutation => ({
    shape: [places.length],
    data: Int32Array.from(places),
  });

  it("moves whole blocks with their scales, and channels inside them", () => {
    const value = quantizedTo(blocks, [2, 8]);
    const order = perm(6, 7, 4, 5, 0, 1, 3, 2);
    expect(numbers(right(permuteValue(value, 1, order)))).toEqual(permuteAxis(numbers(value), 1, order));
  });

  it("moves the rows of tables that are data, and only those", () => {
    const table = "!lowp.q<!lowp.table<2, 1, f16, per = row>, block = [*, *], scale = f32>";
    const value = quantizedTo(table, [3, 8]);
    const order = perm(2, 0, 1);
    expect(numbers(right(permuteValue(value, 0, order)))).toEqual(permuteAxis(numbers(value), 0, order));
  });

  it("says the order of a permuted split anew and leaves its parts alone", () => {
    const value = quantizedTo(
      "!lowp.split<1, [(2 : f16), (6 : !lowp.q<i4, block = [1, 2], scale = f32>)], permuted = true>",
      [2, 8],
    );
    const order = shuffled(8, 3);
    const permuted = right<RuntimeValue>(permuteValue(value, 1, order));
    expect(numbers(permuted)).toEqual(permuteAxis(numbers(value), 1, order));
    expect(isDense(permuted) ? undefined : permuted.components["1"]).toBe(value.components["1"]);
  });

  it.each([
    [blocks, [4, 0, 1, 2, 3, 5, 6, 7], "4 neighbours share a scale"],
    ["!lowp.split<1, [(2 : f16), (6 : f32)]>", [1, 0, 2, 3, 4, 5, 6, 7], "its parts are cut along this axis"],
    [
      "!lowp.q<i4, block = [1, 3], scale = f32, tail = pad>",
      [1, 0, 2, 3, 4, 5, 6, 7],
      "its last block is filled up",
    ],
    ["!lowp.sparse<nm 2:4, f16>", [1, 0, 2, 3, 4, 5, 6, 7], "its numbers are not stored place by place"],
  ])("of %s is refused where its structure is in the way", (text, places, reason) => {
    const found = permuteValue(quantizedTo(text, [2, 8]), 1, perm(...places));
    expect(isMismatch(found) ? found.message : "").toBe(
      `${text.split("<")[0]} cannot be reordered along axis 1: ${reason}`,
    );
  });
});
