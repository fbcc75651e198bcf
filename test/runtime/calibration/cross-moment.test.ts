import { describe, expect, it } from "vitest";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import { CrossMoment } from "../../../runtime/calibration/cross-moment.ts";
import { SecondMoment } from "../../../runtime/calibration/second-moment.ts";

const numbers = (count: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => gaussian(random));
};

describe("the cross moment", () => {
  it.each([1, 3, 4, 6, 9])("is the naive sum bit for bit over %s rows", (rows) => {
    const channels = 5;
    const [before, after] = [numbers(rows * channels, 1), numbers(rows * channels, 2)];
    const moment = new CrossMoment(channels);
    moment.add(before, after);
    const expected = new Float64Array(channels * channels);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < channels; i++)
        for (let j = 0; j < channels; j++)
          expected[i * channels + j]! += before[row * channels + i]! * after[row * channels + j]!;
    expect(moment.mean(rows)).toEqual(expected.map((sum) => sum / rows));
  });

  it("is the second moment of one input with itself", () => {
    const [cross, second] = [new CrossMoment(7), new SecondMoment(7)];
    for (const seed of [3, 4]) {
      cross.add(numbers(35, seed), numbers(35, seed));
      second.add(numbers(35, seed));
    }
    expect(cross.mean(10)).toEqual(second.mean(10));
  });
});
