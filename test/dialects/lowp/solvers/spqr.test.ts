import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../../compiler/define/kernel.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { packValue, storedBits, unpackValue } from "../../../../dialects/lowp/pack.ts";
import { denseAndSparse } from "../../../../dialects/lowp/solvers/dense-and-sparse.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { roundToNearest } from "../../../../dialects/lowp/solvers/round-to-nearest.ts";
import { spqr } from "../../../../dialects/lowp/solvers/spqr.ts";
import { componentOf } from "../../../../dialects/lowp/values.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { bilevel, correlatedMoment, decibels, identityMoment, problemOf, right, solve } from "./problems.ts";

/** Gaussian rows of different sizes. */
function rowScaled(rows: number, columns: number, seed: number): FloatTensor {
  const sizes = gaussianTensor([rows], seed + 1).data.map((x) => Math.exp(0.5 * x));
  const { shape, data } = gaussianTensor([rows, columns], seed);
  return { shape, data: data.map((x, at) => x * sizes[Math.floor(at / columns)]!) };
}
const overlay = (bits: number): string => `!lowp.sum<${bilevel(bits)}, !lowp.sparse<csr, f16>>`;
const kept = (value: CompositeValue): number =>
  componentOf(componentOf(value, "1") as CompositeValue, "values").shape[0]!;

describe("bilevel groups", () => {
  it("have 3 dB more than groups of 128 for 0.4 bits", () => {
    // A6: 3.63 bits 16.5 dB, 3.25 bits 13.3 dB on row-scaled Gaussian weights.
    const weight = rowScaled(128, 512, 1);
    const [small, large] = [bilevel(3), "!lowp.q<ui3, block = [1, 128], scale = f16, zero = f16>"].map(
      (type) => solve(roundToNearest, problemOf(weight, type)),
    );
    expect([storedBits(small!.value), storedBits(large!.value)]).toEqual([3.625, 3.25]);
    const [one, other] = [small!, large!].map(({ report }) => decibels(weight, report.loss));
    expect(Math.abs(other! - 13.3)).toBeLessThan(0.3);
    expect(one! - other!).toBeGreaterThan(0.7 * 3.2);
  });

  it.each([
    [3, 3.945],
    [4, 4.945],
  ])("of %i bits with one outlier in a hundred cost %s bits and the row offsets", (bits, expected) => {
    const weight = rowScaled(32, 1024, 3);
    const { value } = solve(denseAndSparse, problemOf(weight, overlay(bits)), { outliers: 0.01 });
    // b + (b_s + b_z) / β1 + 64 / (β1 β2) + 32 r; 33 offsets of 32 bits come with csr. 1 % of 32768 is 327.68.
    const formula = bits + 6 / 16 + 64 / 256 + (32 * kept(value)) / (32 * 1024);
    expect(Math.abs(formula - expected)).toBeLessThan(1e-3);
    expect(storedBits(value)).toBe(formula + (33 * 32) / (32 * 1024));
  });
});

describe("spqr", () => {
  const weight = rowScaled(64, 128, 5);
  for (let at = 17; at < weight.data.length; at += 211) weight.data[at]! *= 6;
  const moment = correlatedMoment(128, 6);
  const problem = problemOf(weight, overlay(3), moment);

  it("has a far smaller output error than round to nearest of the same storage, and than gptq", () => {
    const { value, report } = solve(spqr, problem);
    expect(report).toMatchObject({ solver: "spqr", objective: "output", fellBack: false });
    expect(report.loss).toBeLessThan(0.3 * report.baseline);
    const swept = solve(gptq, problemOf(weight, bilevel(3), moment)).report;
    expect(report.loss).toBeLessThan(0.8 * swept.loss);
    expect(kept(value)).toBeGreaterThan(0);
    expect(kept(value)).toBeLessThan(0.04 * weight.data.length);
  });

  it("is the codes plus the outliers, and packs", () => {
    const { value } = solve(spqr, problem);
    const [dense, sparse] = ["0", "1"].map((name) => right(dequantize(componentOf(value, name), "f64")));
    const whole = right(dequantize(value, "f64"));
    expect([...whole.data]).toEqual([...dense!.data].map((x, at) => x + sparse!.data[at]!));
    const packed = packValue(value);
    const unpacked = right(unpackValue(lowpType(overlay(3)), weight.shape, (path) => packed.get(path)!));
    expect(right(dequantize(unpacked, "f32"))).toEqual(right(dequantize(value, "f32")));
  });

  it("without outliers is plain rounding of the groups, where no input tells of another", () => {
    const apart = problemOf(weight, overlay(3), identityMoment(128));
    const { value } = solve(spqr, apart, { threshold: 1e9 });
    expect(kept(value)).toBe(0);
    const plain = solve(roundToNearest, problemOf(weight, bilevel(3))).value;
    expect(componentOf(value, "0")).toEqual(plain);
  });

  it("keeps fewer weights the higher the threshold, and loses more", () => {
    const found = [0.05, 0.2, 1].map((threshold) => solve(spqr, problem, { threshold }));
    const counts = found.map(({ value }) => kept(value));
    expect(counts).toEqual([...counts].sort((one, other) => other - one));
    const losses = found.map(({ report }) => report.loss);
    expect(losses).toEqual([...losses].sort((one, other) => one - other));
  });

  it("finds an outlier at the end of its range, which has no error of its own there", () => {
    const calm = gaussianTensor([32, 64], 7);
    const data = calm.data.map((x, at) => (at % 64 === 20 && at < 640 ? 25 : 0.5 * x));
    const plain = "!lowp.sum<!lowp.q<ui4, block = [1, 16], scale = f16, zero = f16>, !lowp.sparse<csr, f16>>";
    const given = problemOf({ ...calm, data }, plain, identityMoment(64));
    const { value } = solve(spqr, given, { threshold: 0.5 });
    const real = right(dequantize(componentOf(value, "1"), "f32"));
    for (let row = 0; row < 10; row++) expect(Math.abs(real.data[row * 64 + 20]!)).toBeGreaterThan(1);
    expect(kept(value)).toBeLessThan(40);
  });

  it("takes the columns by falling second moment where told", () => {
    const natural = solve(spqr, problem).report;
    const falling = solve(spqr, problem, { order: "activation" }).report;
    expect(falling.loss).not.toBe(natural.loss);
    expect(falling.loss).toBeLessThan(0.3 * falling.baseline);
  });

  it("takes weights that do not vary and inputs that were always zero", () => {
    const same = { shape: [4, 32], data: new Float32Array(128).fill(0.5) };
    const plain = "!lowp.sum<!lowp.q<ui4, block = [1, 16], scale = f16, zero = ui4>, !lowp.sparse<csr, f16>>";
    expect(kept(solve(spqr, problemOf(same, plain, identityMoment(32))).value)).toBe(0);
    const dead = moment.map((x, at) => (at % 128 === 3 || Math.floor(at / 128) === 3 ? 0 : x));
    const { report } = solve(spqr, problemOf(weight, overlay(3), dead));
    expect(report.loss).toBeLessThan(0.3 * report.baseline);
  });

  it("refuses what it cannot do", () => {
    const options = { threshold: 0.2, damping: 1, order: "natural" } as const;
    const refusal = (type: string, given = moment) =>
      solveWeight(spqr, problemOf(weight, type, given), options);
    expect(refusal(bilevel(3))).toMatchObject({ code: "solver-type" });
    expect(
      refusal("!lowp.sum<!lowp.q<i4, block = [2, 16], scale = f16>, !lowp.sparse<csr, f16>>"),
    ).toMatchObject({ code: "spqr-block" });
    expect(refusal(overlay(3), identityMoment(4))).toMatchObject({ code: "statistics-shape" });
    expect(solveWeight(spqr, problemOf(weight, overlay(3)), options)).toMatchObject({
      code: "statistics-missing",
    });
  });
});
