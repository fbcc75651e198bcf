import { expect, test } from "vitest";
import { bitsOf, compute, expected, makeCase } from "./integer-cases.ts";

test("smoke", () => {
  for (const rows of [1, 2, 5])
    for (const bits of [8, 16] as const)
      for (const range of [
        [-1, 1],
        [-2, 1],
        [-4, 3],
        [-8, 7],
        [-32, 31],
        [-128, 127],
        [0, 255],
        [-3000, 3000],
      ] as const)
        for (const [run, activationRun, depth] of [
          [32, 64, 64],
          [128, 300, 300],
          [300, 300, 300],
          [5, 7, 23],
          [48, 32, 200],
        ] as const) {
          const given = makeCase({ rows, columns: 7, depth, range, run, bits, activationRun });
          expect(bitsOf(compute(given)), JSON.stringify({ rows, bits, range, run, depth })).toEqual(
            bitsOf(expected(given, false)),
          );
        }
});
