import { describe, expect, it } from "vitest";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { decibels } from "./decibels.ts";
import { drawTensor, gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

const shape = [120, 1024];
const data = {
  G: gaussianTensor(shape, 42),
  LAP: drawTensor("LAP", shape, 7),
  T5: drawTensor("T5", shape, 2),
  T3: drawTensor("T3", shape, 8),
};

/** Rows of FORMATS-AND-ALGORITHMS.md §0.3 for G, LAP, T5 and T3, in dB. */
const rows: readonly (readonly [string, string, readonly [number, number, number, number]])[] = [
  ["NF4 g64", "!lowp.table<4, 1, nf>, block = [1, 64]", [20.73, 19.69, 19.6, 18.26]],
  ["BitMoD-4 g128", "!lowp.table<4, 1, bitmod>, block = [1, 128]", [20.19, 19.46, 19.38, 18.15]],
  ["BitMoD-3 g128", "!lowp.table<3, 1, bitmod>, block = [1, 128]", [14.2, 12.98, 12.66, 11.31]],
  ["FP3 g128", "!lowp.float<2, 0, 1, none>, block = [1, 128]", [12.45, 10.66, 10.15, 8.88]],
];

describe.each(rows)("%s has the published signal-to-noise ratio", (_, text, expected) => {
  // The table's own sampling error for 2M samples, 0.15 dB and 0.5 dB for T3 (§0), and as much for our 123k.
  it.each([
    ["G", 0, 0.2],
    ["LAP", 1, 0.2],
    ["T5", 2, 0.3],
    ["T3", 3, 1],
  ] as const)("on %s", (name, column, tolerance) => {
    const value = right(quantize(data[name], lowpType(`!lowp.q<${text}, scale = f16>`)));
    expect(Math.abs(decibels(data[name], value) - expected[column])).toBeLessThan(tolerance);
  });
});
