import { expect, it } from "vitest";
import { optimalFloatSplit } from "../../../../dialects/lowp/analysis/float-split.ts";

// FORMATS-AND-ALGORITHMS.md, F1: E2M1, E4M3 and E8M7.
it.each([
  [4, 1.58, 1.42],
  [8, 3.65, 3.35],
  [16, 7.81, 7.19],
])("the scaling law splits %d bits as published", (bits, exponentBits, mantissaBits) => {
  const split = optimalFloatSplit(bits);
  // The published figures have two places, some of them cut off.
  expect(Math.abs(split.exponentBits - exponentBits)).toBeLessThan(0.01);
  expect(Math.abs(split.mantissaBits - mantissaBits)).toBeLessThan(0.01);
  expect(split.exponentBits + split.mantissaBits).toBeCloseTo(bits - 1, 12);
});
