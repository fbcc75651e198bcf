import { describe, expect, it } from "vitest";
import { curveLosses, fillWater } from "../../../../compiler/allocation/water-filling.ts";
import type { CompositeValue } from "../../../../compiler/define/kernel.ts";
import type { WeightProblem } from "../../../../compiler/define/solver.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { complete } from "../../../../compiler/schema/schema.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { packValue, storedBytes } from "../../../../dialects/lowp/pack.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { solveWeight, weightLoss } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { mixedGroups } from "../../../../dialects/lowp/solvers/mixed-groups.ts";
import { mseClip } from "../../../../dialects/lowp/solvers/mse-clip.ts";
import { roundToNearest } from "../../../../dialects/lowp/solvers/round-to-nearest.ts";
import { componentOf, integersOf } from "../../../../dialects/lowp/values.ts";
import { drawTensor, gaussianTensor, hostileTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { correlatedMoment, decibels, gptqDefaults, groupsOf, problemOf, right, solve } from "./problems.ts";

const mixed = (size: number): string => `!lowp.sum<${groupsOf(size, 2)}, ${groupsOf(size, 4)}>`;
const dense = (size: number, bits: number): string =>
  `!lowp.q<ui${bits}, block = [1, ${size}], scale = f16, zero = ui${bits}>`;
const term = (value: CompositeValue, index: number) => componentOf(value, `${index}`) as CompositeValue;
type Options = Parameters<typeof mixedGroups.solve>[1];
const attempt = (problem: WeightProblem, options: Partial<Options> = {}) =>
  solveWeight(mixedGroups, problem, { ...(complete(mixedGroups.options, {}) as Options), ...options });
const maskOf = (value: CompositeValue, index: number) => integersOf(term(value, index), "mask").data;
const numbers = (value: CompositeValue) => right(dequantize(value, "f64")).data;

/** Groups of 16 of very different widths, as weights with outlier channels have them. */
const weight: FloatTensor = (() => {
  const widths = gaussianTensor([64, 32], 8).data;
  const { shape, data } = drawTensor("T5", [64, 512], 7);
  return { shape, data: data.map((x, at) => x * Math.exp(0.8 * widths[Math.floor(at / 16)]!)) };
})();

describe("mixed-groups", () => {
  it("stores each group in one of the terms, and all tiles in as many bytes, in whole transactions", () => {
    const { value } = solve(mixedGroups, problemOf(weight, mixed(16)));
    const [narrow, wide] = [maskOf(value, 0), maskOf(value, 1)];
    for (const [at, bit] of narrow.entries()) expect(bit + wide[at]!).toBe(1);
    const counts = [0, 32].flatMap((top) =>
      [0, 16].map((left) => {
        let count = 0;
        for (let row = top; row < top + 32; row++)
          for (let group = left; group < left + 16; group++) count += wide[row * 32 + group]!;
        return count;
      }),
    );
    // 15 % of 512 to the nearest multiple of 8: 640 bytes of 4-bit codes and 1728 of 2 bits.
    expect(counts).toEqual([80, 80, 80, 80]);
    expect([80 * 8, (512 - 80) * 4].map((bytes) => bytes % 32)).toEqual([0, 0]);
    expect(right(dequantize(value, "f64")).shape).toEqual([64, 512]);
  });

  it("takes as many bits as the type says: 2 + 2α, scales and zero points, two bits of mask a group", () => {
    const { value } = solve(mixedGroups, problemOf(weight, mixed(16)));
    const share = 80 / 512;
    const bits = 2 + 2 * share + (16 + 2 + 2 * share + 2) / 16;
    expect((8 * storedBytes(value)) / weight.data.length).toBe(bits);
    expect((8 * packValue(value).get("1.values.codes")!.length) / weight.data.length).toBe(4 * share);
  });

  it.each(["G", "LAP", "T3"] as const)("is nearer the more groups are wide (%s)", (distribution) => {
    const some = drawTensor(distribution, [32, 256], 3);
    for (const by of ["range", "gain"] as const) {
      const ladder = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1].map((share) =>
        decibels(
          some,
          right(weightLoss(some, solve(mixedGroups, problemOf(some, mixed(16)), { share, by }).value)),
        ),
      );
      expect(ladder).toEqual([...ladder].sort((one, other) => one - other));
      expect(ladder.at(-1)! - ladder[0]!).toBeGreaterThan(11);
    }
  });

  it("is all of the one type or the other at the ends, bit for bit", () => {
    const moment = correlatedMoment(64, 4);
    const some = gaussianTensor([6, 64], 5);
    for (const [share, bits] of [
      [0, 2],
      [1, 4],
    ] as const) {
      const problem = problemOf(some, mixed(16), moment);
      const plain = problemOf(some, dense(16, bits), moment);
      for (const [options, whole] of [
        [{}, solve(roundToNearest, plain)],
        [{ scales: "mse" }, solve(mseClip, plain)],
        [{ rounding: "gptq" }, solve(gptq, plain, gptqDefaults)],
        [{ rounding: "gptq", scales: "mse" }, solve(gptq, plain, { ...gptqDefaults, scales: "mse" })],
      ] as const)
        expect(numbers(solve(mixedGroups, problem, { share, ...options }).value)).toEqual(
          numbers(whole.value),
        );
    }
  });

  it("takes the widest of a tile, by what the inputs are like where it is told to", () => {
    const flat = {
      shape: [2, 32],
      data: Float32Array.from({ length: 64 }, (_, at) => (at % 2 === 0 ? 1 : -1)),
    };
    const loud = { ...flat, data: flat.data.map((x, at) => (at >= 40 && at < 48 ? 1.5 * x : x)) };
    const moment = new Float64Array(32 * 32);
    for (let at = 0; at < 32; at++) moment[at * 33] = at < 8 ? 9 : 1;
    const options = { share: 1 / 8, tile_rows: 2, tile_groups: 4 };
    const widest = (metric: "weight" | "output") => [
      ...maskOf(solve(mixedGroups, problemOf(loud, mixed(8), moment), { ...options, metric }).value, 1),
    ];
    expect(widest("weight")).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
    expect(widest("output")).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("gains by choosing by gain, by clipping and by making up for errors", () => {
    const some = { shape: [32, 128], data: weight.data.subarray(0, 32 * 128) };
    const problem = problemOf(some, mixed(16), correlatedMoment(128, 6));
    const losses = [
      solve(mixedGroups, problem, { metric: "output" }),
      solve(mixedGroups, problem, { metric: "output", scales: "mse" }),
      solve(mixedGroups, problem, { metric: "output", scales: "mse", by: "gain" }),
      solve(mixedGroups, problem, { metric: "output", scales: "mse", by: "gain", rounding: "gptq" }),
    ].map(({ report }) => report.loss);
    expect(losses).toEqual([...losses].sort((one, other) => other - one));
    expect(losses[3]! / losses[0]!).toBeLessThan(0.5);
    expect(solve(mixedGroups, problem).report.objective).toBe("weight");
    expect(solve(mixedGroups, problem, { rounding: "gptq" }).report.objective).toBe("output");
  });

  it("beats groups of one width in more bytes: 15 % at 4 bits those of 2 bits and half the size", () => {
    const { value, report } = solve(mixedGroups, problemOf(weight, mixed(32)), { scales: "mse" });
    const smaller = solve(mseClip, problemOf(weight, dense(16, 2)));
    expect(storedBytes(value)).toBeLessThan(storedBytes(smaller.value));
    expect(report.loss).toBeLessThan(smaller.report.loss);
  });

  it("is bounded by water-filling at the same bits, and not far above it where widths are but 2 and 4", () => {
    // Losses c · 2^(−2R) with c from the error of each group at 4 bits, R from 2 to 4.
    const share = 80 / 512;
    const { value } = solve(mixedGroups, problemOf(weight, mixed(16)), { by: "gain" });
    const errors = right(quantize(weight, lowpType(dense(16, 4))));
    const real = numbers(errors);
    const heights = new Float64Array(weight.data.length / 16);
    for (const [at, x] of weight.data.entries())
      heights[Math.floor(at / 16)] = heights[Math.floor(at / 16)]! + (real[at]! - x) ** 2 * 2 ** 8;
    const curves = Array.from(heights, (height) => ({ height, decay: 2, lowest: 2, highest: 4 }));
    const amounts = fillWater(curves, curves.length * (2 + 2 * share));
    const total = (losses: readonly number[]): number => losses.reduce((sum, loss) => sum + loss, 0);
    const bound = total(curveLosses(curves, amounts));
    const wide = maskOf(value, 1);
    const two = total(
      curveLosses(
        curves,
        Array.from(wide, (bit) => 2 + 2 * bit),
      ),
    );
    const uniform = total(
      curveLosses(
        curves,
        curves.map(() => 2 + 2 * share),
      ),
    );
    expect(bound).toBeLessThan(two);
    expect(two / bound).toBeLessThan(1.3);
    expect(two / uniform).toBeLessThan(0.75);
  });

  it("takes scales of scales, tables and rows that are no whole tiles", () => {
    const statistic = "!lowp.q<ui4, block = [16, 1], scale = f16, shift = f16, tail = short>";
    const nested = (bits: number) =>
      `!lowp.sparse<group 16, !lowp.q<ui${bits}, block = [1, 16], scale = ${statistic}, zero = ${statistic}>>`;
    const table = (bits: number) =>
      `!lowp.sparse<group 16, !lowp.q<!lowp.table<${bits}, 1, nf>, block = [1, *], scale = f16>>`;
    const some = gaussianTensor([37, 80], 9);
    const moment = correlatedMoment(80, 3);
    for (const type of [`!lowp.sum<${nested(2)}, ${nested(4)}>`, `!lowp.sum<${table(2)}, ${table(4)}>`])
      for (const rounding of ["nearest", "gptq"] as const) {
        const { value, report } = solve(mixedGroups, problemOf(some, type, moment), { rounding, share: 0.3 });
        expect(report.fellBack).toBe(false);
        expect(right(dequantize(value, "f32")).data.every(Number.isFinite)).toBe(true);
      }
  });

  it("stands zeros, denormals and the largest numbers, and refuses those that are not finite", () => {
    const hostile = hostileTensor([5, 48]);
    const type = `!lowp.sum<${groupsOf(16, 2)}, ${groupsOf(16, 4)}>`.replaceAll("scale = f16", "scale = f32");
    for (const by of ["range", "gain"] as const)
      expect(numbers(solve(mixedGroups, problemOf(hostile, type), { by }).value).every(Number.isFinite)).toBe(
        true,
      );
    const zeros = { shape: [2, 32], data: new Float32Array(64).fill(-0) };
    const { value } = solve(mixedGroups, problemOf(zeros, type), { share: 0.5, rounding: "nearest" });
    expect([...maskOf(value, 1)].reduce((sum, bit) => sum + bit, 0)).toBe(2);
    expect([...numbers(value)].every((x) => x === 0)).toBe(true);
    const empty = { shape: [0, 32], data: new Float32Array() };
    expect(solve(mixedGroups, problemOf(empty, type)).value.shape).toEqual([0, 32]);
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const broken = { ...zeros, data: zeros.data.with(40, odd) };
      expect(attempt(problemOf(broken, type))).toMatchObject({ code: "not-finite" });
      expect(attempt(problemOf(broken, type), { by: "gain" })).toMatchObject({ code: "not-finite" });
    }
  });

  it("refuses other types, groups that do not fill rows, and statistics that are missing or of another size", () => {
    const some = gaussianTensor([4, 32], 1);
    for (const type of [
      dense(16, 2),
      `!lowp.sum<${groupsOf(16, 2)}, ${groupsOf(8, 4)}>`,
      `!lowp.sum<${groupsOf(16, 4)}, ${groupsOf(16, 2)}>`,
      `!lowp.sum<${groupsOf(16, 2)}, ${groupsOf(16, 3)}, ${groupsOf(16, 4)}>`,
      `!lowp.sum<${groupsOf(16, 2)}, !lowp.sparse<csr, f16>>`,
    ])
      expect(attempt(problemOf(some, type))).toMatchObject({ code: "solver-type" });
    expect(attempt(problemOf(gaussianTensor([4, 24], 1), mixed(16)))).toMatchObject({
      code: "sparse-divides",
    });
    expect(attempt(problemOf(some, mixed(16)), { rounding: "gptq" })).toMatchObject({
      code: "statistics-missing",
    });
    const wrong = { count: 1, secondMoment: new Float64Array(9) };
    const badly = { ...problemOf(some, mixed(16)), statistics: wrong };
    expect(attempt(badly, { metric: "output" })).toMatchObject({ code: "statistics-shape" });
    const halves = mixed(16).replaceAll("block = [1, 16]", "block = [1, 8]");
    const problem = problemOf(some, halves, correlatedMoment(32, 1));
    expect(attempt(problem, { rounding: "gptq" })).toMatchObject({ code: "gptq-block" });
  });
});
