import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../../compiler/define/kernel.ts";
import type { WeightSolver } from "../../../../compiler/define/solver.ts";
import { seededRandom } from "../../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { complete } from "../../../../compiler/schema/schema.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { bitmod, quantizeVariants } from "../../../../dialects/lowp/solvers/bitmod.ts";
import { solveWeight, weightLoss } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { mseClip, quantizeClipped } from "../../../../dialects/lowp/solvers/mse-clip.ts";
import { olive, searchThresholds } from "../../../../dialects/lowp/solvers/olive.ts";
import { powerSearch, searchExponent } from "../../../../dialects/lowp/solvers/power-search.ts";
import { integersOf } from "../../../../dialects/lowp/values.ts";
import { decibels } from "../decibels.ts";
import { drawTensor, gaussianTensor } from "../generate.ts";
import { lowpType, printType } from "../text.ts";
import { correlatedMoment, problemOf, right } from "./problems.ts";

describe("power-search", () => {
  const type = "!lowp.q<!lowp.table<4, 1, power<1>>, block = [1, *], scale = f32>";
  const exponentOf = (value: CompositeValue): number =>
    Number(/power<([\d.]+)>/.exec(printType(value.type))![1]);

  // F11: best exponents about .70 and .60, gains of at least 1.0 and 2.5 dB over the integers.
  it.each([
    ["Gaussian", gaussianTensor([64, 1024], 42), 0.7, 1],
    ["Laplace", drawTensor("LAP", [64, 1024], 7), 0.6, 2.5],
  ] as const)("finds the exponent of %s weights", (_, weight, exponent, gain) => {
    const value = right(searchExponent(weight, lowpType(type)));
    expect(Math.abs(exponentOf(value) - exponent)).toBeLessThanOrEqual(0.05);
    expect(
      decibels(weight, value) - decibels(weight, right(quantize(weight, lowpType(type)))),
    ).toBeGreaterThan(gain);
  });

  it("is not worse than any exponent in hundredths nearby", () => {
    const weight = drawTensor("LAP", [8, 128], 3);
    const best = right(searchExponent(weight, lowpType(type)));
    const loss = right(weightLoss(weight, best));
    for (const hundredths of [30, 50, 55, 60, 65, 80, 100]) {
      const other = lowpType(type.replace("power<1>", `power<${hundredths / 100}>`));
      expect(loss).toBeLessThanOrEqual(right(weightLoss(weight, right(quantize(weight, other)))));
    }
  });

  it("keeps the type's own exponent where that is better than all it tries", () => {
    // Values at ±1 and ±(1/7)^(1/2.5) only.
    const small = (1 / 7) ** (1 / 2.5);
    const weight = { shape: [2, 4], data: Float64Array.of(1, -small, small, -1, small, 1, -1, small) };
    const own = type.replace("power<1>", "power<2.5>");
    const { value, report } = right(solveWeight(powerSearch, problemOf(weight, own), {}));
    expect([report.fellBack, exponentOf(value)]).toEqual([true, 2.5]);
  });

  it("multiplies like integers where the exponent is 1/2", () => {
    const text = "!lowp.q<!lowp.table<4, 1, power<0.5>>, block = [1, *], scale = f64>";
    const [left, right_] = [gaussianTensor([1, 64], 1), gaussianTensor([1, 64], 2)].map((tensor) =>
      right(quantize({ shape: [1, 64], data: Float64Array.from(tensor.data) }, lowpType(text))),
    ) as [CompositeValue, CompositeValue];
    const [one, other] = [left, right_].map((value) => right(dequantize(value, "f64")).data) as [
      Float64Array,
      Float64Array,
    ];
    const scale = (value: CompositeValue): number => (value.components.scale as FloatTensor).data[0]!;
    const integers = (value: CompositeValue) => integersOf(value, "codes").data.map((code) => code - 8);
    let [floats, products] = [0, 0];
    for (let index = 0; index < 64; index++) {
      floats += one[index]! * other[index]!;
      const product = integers(left)[index]! * integers(right_)[index]!;
      products += product * Math.abs(product);
    }
    expect(floats).toBeCloseTo((products * scale(left) * scale(right_)) / 7 ** 4, 12);
  });
});

describe("bitmod", () => {
  const text = (bits: number): string =>
    `!lowp.q<!lowp.table<${bits}, 1, bitmod>, block = [1, 128], scale = f16>`;

  it("chooses each grid about as often as published on Laplace weights", () => {
    const value = right(quantize(drawTensor("LAP", [100, 1024], 7), lowpType(text(4))));
    const counts = [0, 0, 0, 0];
    for (const variant of integersOf(value, "selector").data) counts[variant]!++;
    // 800 blocks: two standard errors are 0.03.
    for (const [variant, share] of [0.26, 0.19, 0.27, 0.27].entries())
      expect(Math.abs(counts[variant]! / 800 - share)).toBeLessThan(0.035);
  });

  it("with clipping is better than the grids alone, and than clipping the grids they chose", () => {
    for (const bits of [3, 4]) {
      const weight = drawTensor("LAP", [16, 256], bits);
      const { report } = right(solveWeight(bitmod, problemOf(weight, text(bits)), {}));
      expect(report).toMatchObject({ objective: "weight", fellBack: false });
      expect(report.loss).toBeLessThan(0.95 * report.baseline);
      const clipped = right(weightLoss(weight, right(quantizeClipped(weight, lowpType(text(bits))))));
      expect(report.loss).toBeLessThanOrEqual(clipped * (1 + 1e-12));
    }
  });

  it("works with scales that are quantized themselves", () => {
    const nested =
      "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 32], scale = !lowp.q<ui8, block = [1, *], scale = f32>>";
    const weight = gaussianTensor([8, 128], 2);
    const loss = right(weightLoss(weight, right(quantizeVariants(weight, lowpType(nested)))));
    expect(loss).toBeLessThan(right(weightLoss(weight, right(quantize(weight, lowpType(nested))))));
  });
});

describe("olive", () => {
  const text = "!lowp.q<!lowp.table<8, 2, olive>, block = [*, *], scale = f32>";
  const random = seededRandom(7);
  const weight = {
    shape: [48, 1024],
    data: gaussianTensor([48, 1024], 42).data.map((x) => (random() < 0.003 ? x * (6 + 14 * random()) : x)),
  };

  const solved = right(searchThresholds(weight, lowpType(text)));

  it("keeps outliers that no 4-bit integers can", () => {
    const i4 = lowpType("!lowp.q<i4, block = [*, *], scale = f32>");
    const [pairs, clipped, plain] = [
      decibels(weight, solved),
      decibels(weight, right(quantizeClipped(weight, i4))),
      decibels(weight, right(quantize(weight, i4))),
    ];
    // F12: 17.6, 6.8 and 1.8 of other draws.
    expect(pairs).toBeGreaterThan(17.3);
    expect(pairs - clipped).toBeGreaterThan(9);
    expect(clipped - plain).toBeGreaterThan(2);
  });

  it("has hardly a pair with an outlier", () => {
    const { data } = integersOf(solved, "codes");
    const normal = data.filter((code) => (code & 15) !== 8 && code >> 4 !== 8).length;
    expect(normal / data.length).toBeGreaterThan(0.99);
  });

  it("is not worse than round to nearest in blocks of any kind", () => {
    for (const [block, rest] of [
      ["1, 32", "scale = f16"],
      ["1, *", "scale = f8E8M0FNU"],
      ["2, 10", "scale = f32, tail = pad"],
      ["1, *", "scale = f32, shift = f32"],
    ]) {
      const own = `!lowp.q<!lowp.table<8, 2, olive>, block = [${block}], ${rest}>`;
      const given = drawTensor("LAP", [6, 64], 4);
      const { report } = right(solveWeight(olive, problemOf(given, own), {}));
      expect([own, report.fellBack, report.loss < report.baseline]).toEqual([own, false, true]);
    }
  });
});

describe("solvers of scalars", () => {
  const weight = gaussianTensor([12, 64], 6);

  it.each([
    "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 16], scale = f16>",
    "!lowp.q<!lowp.table<3, 1, power<0.7>>, block = [1, *], scale = f32>",
    "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 16], scale = f16>",
  ])("work on %s", (text) => {
    const problem = problemOf(weight, text, correlatedMoment(64, 3));
    const swept = right(solveWeight(gptq, problem, complete(gptq.options, {}) as never)).report;
    expect([swept.fellBack, swept.loss < 0.8 * swept.baseline]).toEqual([false, true]);
    const clipped = right(solveWeight(mseClip, problem, {})).report;
    expect([clipped.fellBack, clipped.loss < 0.99 * clipped.baseline]).toEqual([false, true]);
  });

  it.each([
    [gptq, "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>", "solver-vectors"],
    [mseClip, "!lowp.q<!lowp.table<8, 2, f16>, block = [1, *], scale = f32>", "solver-vectors"],
    [olive, "!lowp.q<i4, block = [1, *], scale = f32>", "olive-element"],
    [bitmod, "!lowp.q<!lowp.table<4, 1, nf>, block = [1, *], scale = f32>", "bitmod-element"],
    [powerSearch, "!lowp.q<!lowp.table<4, 1, nf>, block = [1, *], scale = f32>", "power-element"],
  ] as readonly (readonly [WeightSolver, string, string])[])(
    "refuse what they cannot do: %o",
    (solver, text, code) => {
      const problem = problemOf(weight, text, correlatedMoment(64, 3));
      expect(solveWeight(solver, problem, complete(solver.options, {}))).toMatchObject({ code });
    },
  );
});
