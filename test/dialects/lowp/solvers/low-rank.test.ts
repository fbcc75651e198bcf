import { describe, expect, it } from "vitest";
import { multiply } from "../../../../compiler/numeric/matrix.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { alternate, alternateLowRank } from "../../../../dialects/lowp/solvers/alternate-low-rank.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { innerSolver } from "../../../../dialects/lowp/solvers/inner-solver.ts";
import { readLastTerm } from "../../../../dialects/lowp/solvers/last-term.ts";
import { outputLoss } from "../../../../dialects/lowp/solvers/losses.ts";
import { lowRankCorrection } from "../../../../dialects/lowp/solvers/low-rank-correction.ts";
import { lowRankTerm } from "../../../../dialects/lowp/solvers/low-rank-term.ts";
import { outputPca } from "../../../../dialects/lowp/solvers/output-pca.ts";
import { roundToNearest } from "../../../../dialects/lowp/solvers/round-to-nearest.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { correlatedMoment, decibels, identityMoment, problemOf, right, solve } from "./problems.ts";

/** A product of rank 8 under noise of about its size. */
function lowRankish(rows: number, columns: number, seed: number): FloatTensor {
  const [left, right_, noise] = [
    [rows, 8],
    [8, columns],
    [rows, columns],
  ].map((shape, index) => gaussianTensor(shape, seed + index));
  const product = multiply(left!.data, right_!.data, { rows, inner: 8, columns });
  return { shape: [rows, columns], data: noise!.data.map((x, at) => 2.2 * x + product[at]!) };
}
const quantizer = (bits: number): string => `!lowp.q<i${bits}, block = [1, 64], scale = f16>`;
const sum = (bits: number, rank = 8): string =>
  `!lowp.sum<${quantizer(bits)}, !lowp.lowrank<${rank}, f16, f16>>`;
const gptqChoice = innerSolver.decode({ kind: "word", text: "gptq" })!;

describe("low-rank-correction", () => {
  const weight = lowRankish(48, 128, 1);

  it("is what quantize gives, where it rounds to nearest: the error in U √Σ and √Σ Vᵀ", () => {
    const { value, report } = solve(lowRankCorrection, problemOf(weight, sum(4)));
    expect(value).toEqual(right(quantize(weight, lowpType(sum(4)))));
    expect(report).toMatchObject({ objective: "weight", fellBack: false });
    // 0.5 dB on noise at rank 8 of 256; the smaller matrix has more of its energy in 8 directions. (L1)
    const plain = solve(roundToNearest, problemOf(weight, quantizer(4))).report;
    expect(decibels(weight, report.loss) - decibels(weight, plain.loss)).toBeGreaterThan(0.5);
  });

  it("corrects what gptq leaves, by the directions of the outputs where told", () => {
    const moment = correlatedMoment(128, 3);
    const problem = problemOf(weight, sum(3), moment);
    const plain = solve(lowRankCorrection, problem, { metric: "output" }).report;
    const better = solve(lowRankCorrection, problem, { metric: "output", solver: gptqChoice }).report;
    expect(plain.loss).toBeLessThan(0.9 * plain.baseline);
    expect(better.loss).toBeLessThan(0.7 * plain.loss);
    const alone = right(
      gptq.solve(problemOf(weight, quantizer(3), moment), gptqChoice.options as never),
    ).report;
    expect(better.loss).toBeLessThan(0.9 * alone.loss);
  });

  it("says what it needs", () => {
    const given = { solver: gptqChoice, metric: "weight" } as const;
    expect(solveWeight(lowRankCorrection, problemOf(weight, sum(4)), given)).toMatchObject({
      code: "statistics-missing",
    });
    const rtn = { solver: innerSolver.fallback.value, metric: "weight" } as const;
    for (const type of [
      quantizer(4),
      `!lowp.sum<${quantizer(4)}, ${quantizer(4)}>`,
      "!lowp.lowrank<2, f16, f16>",
    ])
      expect(solveWeight(lowRankCorrection, problemOf(weight, type), rtn)).toMatchObject({
        code: "solver-type",
      });
  });
});

describe("alternate-low-rank", () => {
  it.each([4, 3, 2])(
    "finds the low-rank part of a weight, which correction alone does not: %i bits",
    (bits) => {
      // L1: 4 bits 20.3 → 24.6, 3 bits 13.7 → 17.9, 2 bits 6.3 → 10.0 dB; 70 % of the smallest of these gaps.
      const weight = lowRankish(64, 256, 2);
      const problem = problemOf(weight, sum(bits));
      const corrected = solve(lowRankCorrection, problem).report;
      const alternated = solve(alternateLowRank, problem).report;
      expect(alternated.baseline).toBe(corrected.loss);
      expect(decibels(weight, alternated.loss) - decibels(weight, corrected.loss)).toBeGreaterThan(0.7 * 3.7);
    },
  );

  it("gains about twice what correction gains on noise", () => {
    // L1: + 0.5 and + 1.0 dB at 256 × 1024.
    const weight = gaussianTensor([96, 192], 4);
    const plain = decibels(weight, solve(roundToNearest, problemOf(weight, quantizer(3))).report.loss);
    const corrected = decibels(weight, solve(lowRankCorrection, problemOf(weight, sum(3))).report.loss);
    const alternated = decibels(weight, solve(alternateLowRank, problemOf(weight, sum(3))).report.loss);
    expect(corrected - plain).toBeGreaterThan(0.35);
    expect(alternated - plain).toBeGreaterThan(1.5 * (corrected - plain));
  });

  it("lowers the loss with every value it goes on from, in either metric", () => {
    const weight = lowRankish(32, 64, 5);
    const problem = problemOf(weight, sum(3, 4), correlatedMoment(64, 6));
    const terms = right(readLastTerm("test", problem.type, lowRankTerm));
    for (const metric of ["weight", "output"] as const) {
      const turns = [...alternate(problem, { terms, solver: innerSolver.fallback.value, metric, turns: 16 })];
      const losses = turns.map((turn) => right(turn).loss);
      expect(losses.length).toBeGreaterThan(4);
      expect(losses).toEqual([...losses].sort((one, other) => other - one));
      expect(solve(alternateLowRank, problem, { metric }).report.loss).toBe(losses.at(-1));
    }
  });

  it("takes gptq for the codes", () => {
    const weight = lowRankish(32, 64, 7);
    const problem = problemOf(weight, sum(2, 4), correlatedMoment(64, 8));
    const nearest = solve(alternateLowRank, problem, { metric: "output" }).report;
    const swept = solve(alternateLowRank, problem, { metric: "output", solver: gptqChoice, turns: 4 }).report;
    expect(swept.loss).toBeLessThan(0.7 * nearest.loss);
  });
});

describe("output-pca", () => {
  const weight = gaussianTensor([128, 96], 9);
  const text = (rank: number): string => `!lowp.lowrank<${rank}, f32, f32>`;

  it("is the truncated SVD where H is the identity", () => {
    const pca = solve(outputPca, problemOf(weight, text(16), identityMoment(96))).report;
    expect(Math.abs(pca.loss / pca.baseline - 1)).toBeLessThan(1e-5);
  });

  it("keeps far more of the outputs than the truncated SVD", () => {
    // L2: 10.0, 15.4, 21.4 dB against 2.3, 4.6, 7.4 dB at ranks 16, 32, 48 of 128 × 96; ordering and 70 % of the gaps.
    const moment = correlatedMoment(96, 10);
    const zero = { ...right(quantize(weight, lowpType(text(1)))) };
    const empty = { ...zero, components: { left: zeros([128, 1]), right: zeros([1, 96]) } };
    const energy = right(outputLoss(weight, empty, moment));
    const gaps = [16, 32, 48].map((rank) => {
      const { loss, baseline, fellBack } = solve(outputPca, problemOf(weight, text(rank), moment)).report;
      expect(fellBack).toBe(false);
      return [10 * Math.log10(energy / loss), 10 * Math.log10(energy / baseline)] as const;
    });
    for (const [index, stated] of [7.7, 10.8, 14].entries())
      expect(gaps[index]![0] - gaps[index]![1]).toBeGreaterThan(0.7 * stated);
    expect(gaps[0]![0]).toBeLessThan(gaps[1]![0]);
    expect(gaps[1]![0]).toBeLessThan(gaps[2]![0]);
  });

  it("leaves no product of that rank with a smaller output loss: not for any change of a factor", () => {
    const small = gaussianTensor([6, 5], 11);
    const moment = correlatedMoment(5, 12);
    const { value, report } = solve(outputPca, problemOf(small, text(2), moment));
    for (const name of ["left", "right"] as const)
      for (let at = 0; at < 10; at++) {
        const factor = value.components[name] as FloatTensor;
        for (const step of [1e-2, -1e-2]) {
          const moved = { ...factor, data: factor.data.map((x, index) => (index === at ? x + step : x)) };
          const other = { ...value, components: { ...value.components, [name]: moved } };
          expect(right(outputLoss(small, other, moment))).toBeGreaterThan(report.loss);
        }
      }
  });

  it("takes more rank than there is, and refuses other types", () => {
    const small = gaussianTensor([3, 4], 13);
    const { value } = solve(outputPca, problemOf(small, text(9), identityMoment(4)));
    for (const [at, x] of right(dequantize(value, "f64")).data.entries())
      expect(Math.abs(x - small.data[at]!)).toBeLessThan(1e-6);
    expect(solveWeight(outputPca, problemOf(small, quantizer(4), identityMoment(4)), {})).toMatchObject({
      code: "solver-type",
    });
    expect(solveWeight(outputPca, problemOf(small, text(1), identityMoment(3)), {})).toMatchObject({
      code: "statistics-shape",
    });
  });
});

const zeros = (shape: readonly number[]): FloatTensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
});
