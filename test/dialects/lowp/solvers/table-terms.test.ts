import { describe, expect, it } from "vitest";
import type { WeightSolver } from "../../../../compiler/define/solver.ts";
import { complete } from "../../../../compiler/schema/schema.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { packValue, unpackValue } from "../../../../dialects/lowp/pack.ts";
import { awqClip } from "../../../../dialects/lowp/solvers/awq-clip.ts";
import { bitmod } from "../../../../dialects/lowp/solvers/bitmod.ts";
import { rmsScale } from "../../../../dialects/lowp/solvers/closed-forms.ts";
import { codebook } from "../../../../dialects/lowp/solvers/codebook.ts";
import { decoupleQ } from "../../../../dialects/lowp/solvers/decouple-q.ts";
import { denseAndSparse } from "../../../../dialects/lowp/solvers/dense-and-sparse.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { innerSolver } from "../../../../dialects/lowp/solvers/inner-solver.ts";
import { powerSearch } from "../../../../dialects/lowp/solvers/power-search.ts";
import { spqr } from "../../../../dialects/lowp/solvers/spqr.ts";
import { componentOf } from "../../../../dialects/lowp/values.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType, printType } from "../text.ts";
import { correlatedMoment, problemOf, right, solve } from "./problems.ts";

const calm = gaussianTensor([12, 64], 6);
/** 1 weight in 48 is large. */
const busy = { ...calm, data: calm.data.map((x, at) => (at % 48 === 7 ? 8 * x : x)) };
const moment = correlatedMoment(64, 3);

const bookOf = (bits: number): string =>
  `!lowp.q<!lowp.table<${bits}, 1, f16, per = row>, block = [*, *], scale = f32>`;
const power = "!lowp.q<!lowp.table<4, 1, power<1>>, block = [1, *], scale = f32>";
const fixed = [
  "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 16], scale = f16>",
  "!lowp.q<!lowp.table<3, 1, power<0.7>>, block = [1, *], scale = f32>",
  "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 16], scale = f16>",
  "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 16], scale = !lowp.q<i8, block = [1, *], scale = f32>>",
];
const inner = (solver: WeightSolver, options = {}) => ({
  solver,
  options: complete(solver.options, options) as never,
  choice: { name: solver.name, options: {} },
  given: {},
});

describe("a codebook beside a sparse term", () => {
  const type = `!lowp.sum<${bookOf(3)}, !lowp.sparse<csr, f16>>`;

  it("loses less than 70 % of what the codebook alone loses", () => {
    const options = {
      outliers: 0.02,
      sensitive: 0.005,
      solver: inner(codebook, { sensitivity: "activation" }),
    };
    const both = solve(denseAndSparse, problemOf(busy, type, moment), options);
    const alone = solve(codebook, problemOf(busy, bookOf(3), moment), { sensitivity: "activation" });
    expect([both.report.objective, both.report.fellBack]).toEqual(["output", false]);
    expect(both.report.loss).toBeLessThan(0.7 * alone.report.loss);
    const components = packValue(both.value);
    const back = right(unpackValue(lowpType(type), [12, 64], (path) => components.get(path)!));
    expect(right(dequantize(back, "f32"))).toEqual(right(dequantize(both.value, "f32")));
  });

  it("is named in a pipeline, with options of its own", () => {
    const text = { kind: "word", text: "codebook" } as const;
    expect(innerSolver.decode(text)?.solver.name).toBe("codebook");
  });
});

describe("a term whose type is searched for", () => {
  const exponents = (text: string): readonly string[] =>
    [...text.matchAll(/power<([\d.]+)>/g)].map(([, a]) => a!);

  it.each([
    [powerSearch, {}, `!lowp.sum<${power}, !lowp.lowrank<2, f16, f16>>`],
    [powerSearch, {}, `!lowp.split<1, [(16 : f16), (48 : ${power})], permuted = true>`],
    [
      denseAndSparse,
      { outliers: 0.02, solver: inner(powerSearch) },
      `!lowp.sum<${power}, !lowp.sparse<csr, f16>>`,
    ],
  ] as readonly (readonly [WeightSolver, object, string])[])(
    "%# is part of the type of the whole",
    (solver, options, type) => {
      const { value, report } = solve(solver, problemOf(busy, type), options);
      expect(report.fellBack).toBe(false);
      const [found] = exponents(printType(value.type));
      expect(found).not.toBe("1.0");
      const term = Object.values(value.components).find(
        (part) => "type" in part && printType(part.type).includes("power"),
      )!;
      expect(exponents(printType((term as typeof value).type))).toEqual([found]);
      expect(printType(value.type).replace(/power<[\d.]+>/, "power<1.0>")).toBe(printType(lowpType(type)));
    },
  );
});

describe("solvers of scales on tables", () => {
  it.each(fixed)("decouple-q is better than gptq on %s", (text) => {
    const problem = problemOf(calm, text, moment);
    const decoupled = solve(decoupleQ, problem).report;
    expect(decoupled.fellBack).toBe(false);
    expect(decoupled.loss).toBeLessThan(solve(gptq, problem).report.loss);
  });

  it.each(fixed)("scales by the hessian and coordinate descent serve %s", (text) => {
    const problem = problemOf(calm, text, moment);
    const swept = solve(gptq, problem, { order: "activation" }).report;
    const fitted = solve(gptq, problem, { order: "activation", scales: "hessian", refine: 8 }).report;
    expect([fitted.fellBack, fitted.loss < swept.loss]).toEqual([false, true]);
  });

  it("coordinate descent improves the codes of a codebook", () => {
    const problem = problemOf(calm, bookOf(3), moment);
    const [swept, refined] = [0, 8].map((refine) => solve(gptq, problem, { refine }));
    expect(refined!.report.loss).toBeLessThan(swept!.report.loss);
    expect(componentOf(refined!.value, "table")).toEqual(componentOf(swept!.value, "table"));
  });

  it.each(fixed)("awq-clip and rms are never worse than rtn on %s", (text) => {
    const clipped = solve(awqClip, problemOf(calm, text, moment)).report;
    expect([clipped.fellBack, clipped.loss < clipped.baseline]).toEqual([false, true]);
    const scaled = solve(rmsScale, problemOf(calm, text), { multiple: 1.9 }).report;
    expect(scaled.loss).toBeLessThanOrEqual(scaled.baseline);
  });

  it.each(fixed)("spqr loses less than half of what rounding does with as many outliers on %s", (text) => {
    const problem = problemOf(busy, `!lowp.sum<${text}, !lowp.sparse<csr, f16>>`, moment);
    const { loss, baseline, fellBack } = solve(spqr, problem).report;
    expect(fellBack).toBe(false);
    expect(loss).toBeLessThan(0.5 * baseline);
  });

  it.each([
    [decoupleQ, bookOf(3), {}, "decouple-q-element"],
    [gptq, bookOf(3), { scales: "hessian" }, "gptq-scales"],
    [
      spqr,
      `!lowp.sum<!lowp.q<!lowp.table<3, 1, f16>, block = [1, *], scale = f32>, !lowp.sparse<csr, f16>>`,
      {},
      "spqr-element",
    ],
    [decoupleQ, "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>", {}, "solver-vectors"],
    [awqClip, "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>", {}, "solver-vectors"],
    [rmsScale, "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>", {}, "solver-vectors"],
    [
      bitmod,
      `!lowp.sum<!lowp.q<!lowp.table<4, 1, bitmod>, block = [1, *], scale = f16>, !lowp.sparse<csr, f16>>`,
      {},
      "sparse-budget",
    ],
  ] as readonly (readonly [WeightSolver, string, object, string])[])(
    "%o refuses %s",
    (solver, text, options, code) => {
      expect(
        solveWeight(
          solver,
          problemOf(calm, text, moment),
          complete(solver.options, options as Record<string, unknown>),
        ),
      ).toMatchObject({ code });
    },
  );
});
