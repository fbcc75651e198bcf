import { expect, it } from "vitest";
import { NoiseRatio } from "../../../runtime/analysis/noise-ratio.ts";

const ratioOf = (...pairs: readonly (readonly [readonly number[], readonly number[]])[]): number => {
  const ratio = new NoiseRatio();
  for (const [exact, approximate] of pairs)
    ratio.add(Float32Array.from(exact), Float32Array.from(approximate));
  return ratio.decibels();
};

it("is ten times the logarithm of signal over noise", () => {
  // (9 + 16) / 1, then (9 + 16 + 75) / (1 + 9) over both pieces.
  expect(
    ratioOf([
      [3, 4],
      [3, 3],
    ]),
  ).toBeCloseTo(13.9794, 4);
  expect(
    ratioOf(
      [
        [3, 4],
        [3, 3],
      ],
      [
        [5, 5, 5],
        [5, 2, 5],
      ],
    ),
  ).toBeCloseTo(10, 12);
});

it("is negative where the noise is larger, and minus infinity without a signal", () => {
  expect(ratioOf([[1], [11]])).toBeCloseTo(-20, 12);
  expect(
    ratioOf([
      [0, 0],
      [1, 0],
    ]),
  ).toBe(-Infinity);
});

it("is infinite where nothing differs, be it only zeros", () => {
  expect(
    ratioOf([
      [1, 2],
      [1, 2],
    ]),
  ).toBe(Infinity);
  expect(ratioOf([[0], [0]])).toBe(Infinity);
});

it("does not hide a NaN", () => {
  expect(
    ratioOf([
      [1, 2],
      [Number.NaN, 2],
    ]),
  ).toBeNaN();
});
