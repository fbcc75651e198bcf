import { describe, expect, it } from "vitest";
import { packValue, storedBits, unpackValue } from "../../../../dialects/lowp/pack.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { fitPlanes, levelsOf, planeError, startPlanes } from "../../../../dialects/lowp/solvers/plane-fit.ts";
import { roundToNearest } from "../../../../dialects/lowp/solvers/round-to-nearest.ts";
import { tritPlanes } from "../../../../dialects/lowp/solvers/trit-planes.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { decibels, problemOf, right, solve } from "./problems.ts";

const plane = (element: string, rest = "block = [1, 128], scale = f32"): string =>
  `!lowp.q<${element}, ${rest}>`;
const pair = (element: string, rest?: string): string =>
  `!lowp.sum<${plane(element, rest)}, ${plane(element, rest)}>`;
const weight = gaussianTensor([128, 512], 14);
const reached = (type: string, options: { readonly turns?: number } = {}): number =>
  decibels(weight, solve(tritPlanes, problemOf(weight, type), options).report.loss);
const nearest = (type: string): number =>
  decibels(weight, solve(roundToNearest, problemOf(weight, type)).report.loss);

describe("trit-planes", () => {
  it("reaches the 15.6 dB of nine levels placed by Lloyd's rule on Gaussian weights", () => {
    // F8: 15.6 ± 0.2 dB; Lloyd–Max with 9 levels has 15.57 dB, and groups of 128 adapt to their draw.
    const planes = reached(pair("trit"));
    expect(Math.abs(planes - 15.6)).toBeLessThan(0.2);
    expect(planes).toBeGreaterThan(nearest("!lowp.q<ui3, block = [1, 128], scale = f32, zero = ui3>") + 1.5);
  });

  it("is the residual binarization of BinaryDM on signs without turns, and better with them", () => {
    // F7: 8.92 dB; a second term can only add to the 4.43 dB of one.
    const binary = reached(pair("bipolar1"), { turns: 0 });
    expect(Math.abs(binary - 8.92)).toBeLessThan(0.15);
    expect(reached(pair("bipolar1"))).toBeGreaterThan(binary);
  });

  it("lowers the error with every turn and stops before 50 on groups of its own", () => {
    const data = Float64Array.from(weight.data);
    const block = Int32Array.from(data, (_, at) => Math.floor(at / 128));
    const planes = startPlanes(data, block, [levelsOf(true), levelsOf(true)]);
    const errors = [planeError(planes), ...fitPlanes(planes, 200)];
    expect(errors.length).toBeGreaterThan(10);
    for (const [turn, error] of errors.slice(1).entries())
      expect(error).toBeLessThanOrEqual(errors[turn]! * (1 + 1e-12));
  });

  it("costs 3.45 bits with trits packed and f16 scales", () => {
    const text = pair("trit", 'block = [1, 128], scale = f16, pack = "trits"');
    const { value, report } = solve(tritPlanes, problemOf(weight, text));
    expect(storedBits(value)).toBeCloseTo(2 * 1.6 + 32 / 128, 2);
    expect(report.fellBack).toBe(false);
    const packed = packValue(value);
    expect(unpackValue(lowpType(text), weight.shape, (path) => packed.get(path)!)).toEqual(value);
  });

  it("keeps zeros, one value and padded groups", () => {
    const zeros = { shape: [2, 128], data: new Float32Array(256) };
    expect(solve(tritPlanes, problemOf(zeros, pair("trit"))).report.loss).toBe(0);
    const same = { shape: [2, 128], data: new Float32Array(256).fill(-0.375) };
    expect(solve(tritPlanes, problemOf(same, pair("trit"))).report.loss).toBeLessThan(1e-10);
    const odd = gaussianTensor([3, 50], 15);
    for (const tail of ["pad", "short"]) {
      const { report } = solve(
        tritPlanes,
        problemOf(odd, pair("trit", `block = [1, 16], scale = f16, tail = ${tail}`)),
      );
      expect(decibels(odd, report.loss)).toBeGreaterThan(14);
    }
  });

  it("takes a plane of trits and one of signs, in blocks of several rows", () => {
    const block = "block = [2, 64], scale = f32";
    const mixed = reached(`!lowp.sum<${plane("trit", block)}, ${plane("bipolar1", block)}>`);
    expect(mixed).toBeGreaterThan(reached(pair("bipolar1", block)));
    expect(mixed).toBeLessThan(reached(pair("trit", block)));
  });

  it("refuses other sums", () => {
    const refusal = (type: string) => solveWeight(tritPlanes, problemOf(weight, type), { turns: 50 });
    for (const type of [
      plane("trit"),
      pair("i2"),
      `!lowp.sum<${plane("trit")}, f16>`,
      `!lowp.sum<${plane("trit")}, ${plane("trit")}, ${plane("trit")}>`,
      pair("trit", "block = [1, 128], scale = f32, shift = f32"),
    ])
      expect(refusal(type)).toMatchObject({ code: "solver-type" });
    const two = `!lowp.sum<${plane("trit")}, ${plane("trit", "block = [1, 64], scale = f32")}>`;
    expect(refusal(two)).toMatchObject({ code: "planes-block" });
  });

  it("falls back to nothing worse than round to nearest", () => {
    const { report } = right(solveWeight(tritPlanes, problemOf(weight, pair("trit")), { turns: 0 }));
    expect(report.loss).toBeLessThanOrEqual(report.baseline);
  });
});
